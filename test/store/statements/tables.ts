import { Prisma } from '@prisma/client'

export interface Table {
  readonly name: string
  /** The column that names the shop; null in a table whose rows belong to no shop. */
  readonly shopColumn: string | null
  readonly columns: ReadonlySet<string>
}

/** The tables of schema.prisma, by name. */
export const tables: ReadonlyMap<string, Table> = new Map(
  Prisma.dmmf.datamodel.models.map((model) => {
    const name = model.dbName ?? model.name
    const columns = new Set(model.fields.map((field) => field.dbName ?? field.name))
    const shopColumn = name === 'shop' ? 'domain' : columns.has('shop') ? 'shop' : null
    return [name, { name, shopColumn, columns }]
  }),
)
