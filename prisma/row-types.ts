import { readFileSync } from 'node:fs'

interface Column {
  readonly name: string
  /** The field's type in schema.prisma. */
  readonly type: string
  readonly isList: boolean
  readonly isRequired: boolean
}

/** Returns the tables of schema.prisma with their columns, by the tables' names in the database. */
export function schemaTables(): Map<string, Column[]> {
  const schema = readFileSync(new URL('schema.prisma', import.meta.url), 'utf8')
  const models = [...schema.matchAll(/^model (\w+) \{\n(.*?)^\}/gms)]
  return new Map(
    models.map(([, model = '', body = '']) => [
      /@@map\("(\w+)"\)/.exec(body)?.[1] ?? model,
      body.split('\n').flatMap((line) => columnIn(line) ?? []),
    ]),
  )
}

function columnIn(line: string): Column | null {
  const field = /^ {2}(\w+) +(\w+)(\[\]|\?)?( |$)/.exec(line)
  if (!field) return null
  const [, name = '', type = '', mark] = field
  const mapped = / @map\("(\w+)"\)/.exec(line)?.[1]
  return { name: mapped ?? name, type, isList: mark === '[]', isRequired: mark !== '?' }
}

/** What node-postgres returns for a column, by the field's type in schema.prisma. */
const TYPES: Readonly<Record<string, string>> = {
  BigInt: 'string',
  Boolean: 'boolean',
  DateTime: 'Date',
  Int: 'number',
  Json: 'unknown',
  String: 'string',
}

/** Returns a module with the type of each table's rows, as they come from Postgres: an interface for each table, with its columns. */
export function rowTypes(): string {
  const tables = [...schemaTables()].map(([table, columns]) => {
    const lines = columns.map((column) => `  ${column.name}: ${typeOf(column)}\n`)
    return `export interface ${table.toLowerCase()} {\n${lines.join('')}}\n`
  })
  return `// Written by \`npm run db:rows\` from prisma/schema.prisma: rows as node-postgres returns them.\n\n${tables.join('\n')}`
}

function typeOf({ type, isList, isRequired }: Column): string {
  const single = TYPES[type]
  if (single === undefined) throw new Error(`No type for ${type}`)
  if (isList) return `${single}[]`
  return isRequired || single === 'unknown' ? single : `${single} | null`
}
