// npm run description: writes description.json anew, the part of Klaviyo's API description (MIT) that the contract test reads:
// of every operation of the stand-in its path, limits and scopes, and the shape of what it answers. `-- FILE` reads a copy.
import { readFileSync, writeFileSync } from 'node:fs'
import { operationNames } from './operations.ts'

const SOURCE =
  'https://raw.githubusercontent.com/klaviyo/openapi/f0a30ba41254904dc410d84ca497df68f8872276/openapi/stable.json'
/** Words, which no answer is held to. */
const WORDS = new Set(['description', 'example', 'examples', 'title', 'format'])
/** What the stand-in answers nothing of, or in no shape of its own: a segment's conditions alone are 110 schemas. */
const LEFT_OUT = new Set(
  'included definition attributions conversation conversations flow-triggers push-tokens segments tags'.split(' '),
)

type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json }
interface Operation {
  readonly operationId: string
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Content>> }>>
  readonly 'x-klaviyo-ratelimit': Json
  readonly 'x-klaviyo-scopes': Json
}
interface Content {
  readonly schema: { readonly $ref: string }
}
interface Description {
  readonly info: { readonly version: string }
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, Json>> }
}

const [file] = process.argv.slice(2)
const text = file === undefined ? await (await fetch(SOURCE)).text() : readFileSync(file, 'utf8')
const { info, paths, components }: Description = JSON.parse(text)
const wanted = new Set<string>(operationNames)

const operations = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods)
    .filter(([, { operationId }]) => wanted.has(operationId))
    .map(([method, operation]) => [operation.operationId, operationOf(path, method, operation)] as const),
)
const roots = operations.flatMap(([, { answers }]) => Object.values(answers))
const lines = (entries: readonly (readonly [string, unknown])[]) =>
  [...entries].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, value]) => `    "${name}": ${JSON.stringify(value)}`)
writeFileSync(
  new URL('description.json', import.meta.url),
  `{
  "source": "${SOURCE}",
  "revision": "${info.version}",
  "operations": {
${lines(operations).join(',\n')}
  },
  "schemas": {
${lines([...reachable(roots)]).join(',\n')}
  }
}
`,
)

function operationOf(path: string, method: string, operation: Operation) {
  const answers = Object.entries(operation.responses).flatMap(([status, { content }]) => {
    const [first] = Object.values(content ?? {})
    return status.startsWith('2') && first ? [[status, nameIn(first.schema.$ref)] as const] : []
  })
  return {
    method: method.toUpperCase(),
    path,
    limits: operation['x-klaviyo-ratelimit'],
    scopes: operation['x-klaviyo-scopes'],
    answers: Object.fromEntries(answers),
  }
}

/** The schemas named and all that they name, without words, which refer to each other by bare names. */
function reachable(names: readonly string[], found = new Map<string, Json>()): Map<string, Json> {
  for (const name of names) {
    if (found.has(name)) continue
    const referred: string[] = []
    found.set(name, schemaOf(components.schemas[name] ?? null, referred))
    reachable(referred, found)
  }
  return found
}

function schemaOf(schema: Json, referred: string[]): Json {
  if (Array.isArray(schema)) return schema.map((part) => schemaOf(part, referred))
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema as Record<string, Json>).flatMap(([key, value]): [string, Json][] => {
      if (WORDS.has(key)) return []
      if (key === '$ref') {
        referred.push(nameIn(value as string))
        return [[key, nameIn(value as string)]]
      }
      if (key === 'required') return [[key, (value as string[]).filter((name) => !LEFT_OUT.has(name))]]
      if (key !== 'properties') return [[key, schemaOf(value, referred)]]
      const properties = Object.entries(value as Record<string, Json>).filter(([name]) => !LEFT_OUT.has(name))
      return [[key, Object.fromEntries(properties.map(([name, one]) => [name, schemaOf(one, referred)]))]]
    }),
  )
}

function nameIn(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1)
}
