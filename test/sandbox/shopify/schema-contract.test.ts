import { readdirSync, readFileSync } from 'node:fs'
import {
  buildSchema,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  NoDeprecatedCustomRule,
  parse,
  specifiedRules,
  validate,
} from 'graphql'
import { expect, test } from 'vitest'
import { adminSchema } from './admin-api/schema.ts'

const folder = new URL('../../../app/shopify/', import.meta.url)
// Shopify's own words for what the stand-in covers. What is not in there is not Shopify's, or wants `npm run schema`.
const extract = readFileSync(new URL('admin-2026-10.graphql', import.meta.url), 'utf8')
const real = buildSchema(extract, { assumeValidSDL: true })

test('every type, field, argument and value of the stand-in is in the real schema, with the same type', () => {
  expect(differences(adminSchema, real)).toEqual([])
})

test('a planted difference is found', () => {
  const wrong = buildSchema(`
    type Query { customer(id: ID, nick: String): Customer }
    type Customer { id: ID!, points: Int, tags: [String]! }
    enum CustomerState { ENABLED SLEEPING }`)
  const found = differences(wrong, real)

  expect(found).toContain('Customer.points is not there')
  expect(found).toContain('Customer.tags is [String!]!, not [String]!')
  expect(found).toContain('CustomerState.SLEEPING is not there')
})

test('the documents of the app are valid in the real schema, and use nothing deprecated', async () => {
  for (const { name, text } of await appDocuments()) expect(complaints(real, text), name).toEqual([])
})

test('the documents of the app are valid in the stand-in', async () => {
  for (const { name, text } of await appDocuments()) expect(complaints(adminSchema, text), name).toEqual([])
})

test('a field that Shopify has deprecated is found', () => {
  const deprecated = buildSchema(extract.replace(/^ {2}displayName: String!$/m, '$& @deprecated'), {
    assumeValidSDL: true,
  })

  expect(complaints(deprecated, '{ customer(id: 1) { displayName } }')).toEqual([
    'The field Customer.displayName is deprecated. No longer supported',
  ])
})

interface Document {
  readonly name: string
  readonly text: string
}

function complaints(schema: GraphQLSchema, text: string): string[] {
  return validate(schema, parse(text), [...specifiedRules, NoDeprecatedCustomRule]).map(({ message }) => message)
}

/** What `app/shopify/*.graphql.ts` exports and begins with `#graphql`; what makes such a text is asked to make one. */
async function appDocuments(): Promise<Document[]> {
  const files = readdirSync(folder).filter((name) => name.endsWith('.graphql.ts'))
  const modules = await Promise.all(files.map((name) => import(new URL(name, folder).href) as Promise<object>))
  return modules.flatMap((module) => Object.entries(module).flatMap(([name, value]) => texts(name, value)))
}

const hostile = `"} }) { id } #\n\\ 愛 🜁 \u2028 ${'x'.repeat(200)}`
/** Metafields, and a search for those that take one. */
const madeWith = [
  [[], null],
  [
    [
      { namespace: 'loyalty', key: 'points' },
      { namespace: hostile, key: '__proto__' },
      { namespace: '$app:loyalty', key: hostile },
    ],
    "updated_at:>='2026-11-20'",
  ],
]

function texts(name: string, value: unknown): Document[] {
  if (typeof value === 'function') return madeWith.flatMap((asked) => texts(name, value(...asked)))
  return typeof value === 'string' && value.startsWith('#graphql') ? [{ name, text: value }] : []
}

/** What of the smaller schema is not so in the larger one. */
function differences(ours: GraphQLSchema, theirs: GraphQLSchema): string[] {
  const own = Object.values(ours.getTypeMap()).filter((type) => !isIntrospectionType(type))
  return own.flatMap((type) => {
    const other = theirs.getType(type.name)
    if (!other) return [`${type.name} is not there`]
    if (type.constructor !== other.constructor) return [`${type.name} is of another kind`]
    if (isEnumType(type) && isEnumType(other)) {
      return type.getValues().flatMap(({ name }) => (other.getValue(name) ? [] : [`${type.name}.${name} is not there`]))
    }
    if (isInputObjectType(type) && isInputObjectType(other)) {
      return Object.values(type.getFields()).flatMap((field) => {
        return compared(`${type.name}.${field.name}`, field, other.getFields()[field.name])
      })
    }
    if ((isObjectType(type) && isObjectType(other)) || (isInterfaceType(type) && isInterfaceType(other))) {
      const interfaces = type
        .getInterfaces()
        .filter((one) => !other.getInterfaces().some(({ name }) => name === one.name))
      return [
        ...interfaces.map(({ name }) => `${type.name} does not implement ${name}`),
        ...Object.values(type.getFields()).flatMap((field) => {
          const path = `${type.name}.${field.name}`
          const twin = other.getFields()[field.name]
          const args = field.args.flatMap((arg) => {
            return compared(
              `${path}(${arg.name})`,
              arg,
              twin?.args.find(({ name }) => name === arg.name),
            )
          })
          return [...compared(path, field, twin), ...args]
        }),
      ]
    }
    return []
  })
}

interface Typed {
  readonly type: { toString(): string }
  readonly defaultValue?: unknown
}

function compared(path: string, ours: Typed, theirs: Typed | undefined): string[] {
  if (!theirs) return [`${path} is not there`]
  if (String(ours.type) !== String(theirs.type)) return [`${path} is ${theirs.type}, not ${ours.type}`]
  if (JSON.stringify(ours.defaultValue) !== JSON.stringify(theirs.defaultValue)) return [`${path} has another default`]
  return []
}
