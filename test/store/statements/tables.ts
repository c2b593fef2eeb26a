import { schemaTables } from '../../../prisma/row-types.ts'

export interface Table {
  readonly name: string
  /** The column that names the shop; null in a table whose rows belong to no shop. */
  readonly shopColumn: string | null
  readonly columns: ReadonlySet<string>
}

/** The tables of schema.prisma, by name. */
export const tables: ReadonlyMap<string, Table> = new Map(
  [...schemaTables()].map(([name, fields]) => {
    const columns = new Set(fields.map((field) => field.name))
    const shopColumn = name === 'shop' ? 'domain' : columns.has('shop') ? 'shop' : null
    return [name, { name, shopColumn, columns }]
  }),
)
