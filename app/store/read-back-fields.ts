import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A field that a read-back found different, in so many customers. */
export interface DifferingField {
  readonly field: FieldName
  readonly customers: number
  readonly repaired: number
  /** Customers in whom it differs again after it was repaired. */
  readonly again: number
  /** Something else writes it: no profile is repaired for it. */
  readonly contested: boolean
  /** Some of the customers. */
  readonly examples: readonly CustomerId[]
}

const MOST_EXAMPLES = 5

/** Adds what a step of a read-back found to its fields. */
export async function addDifferingFields(
  shop: ShopDomain,
  readBack: string,
  fields: readonly DifferingField[],
  on: Sql,
): Promise<void> {
  for (const { field, customers, repaired, again, contested, examples } of fields)
    await execute(
      sql`
      insert into read_back_field as f (shop, read_back, field, customers, repaired, again, contested, examples)
      values (${shop}, ${readBack}::uuid, ${field}, ${customers}, ${repaired}, ${again}, ${contested}, ${examples.slice(0, MOST_EXAMPLES)}::bigint[])
      on conflict (shop, read_back, field) do update set customers = f.customers + excluded.customers,
        repaired = f.repaired + excluded.repaired, again = f.again + excluded.again, contested = f.contested or excluded.contested,
        examples = (f.examples || excluded.examples)[1:${MOST_EXAMPLES}::int]`,
      on,
    )
}

/** Returns the fields that these read-backs found different, most customers first. */
export async function listDifferingFields(
  shop: ShopDomain,
  readBacks: readonly string[],
): Promise<(DifferingField & { readonly readBack: string })[]> {
  const found = await rowsOf<rows.read_back_field>(
    sql`
    select * from read_back_field where shop = ${shop} and read_back = any(${readBacks}::uuid[]) order by customers desc, field`,
    autocommit,
  )
  return found.map(({ read_back: readBack, examples, field, customers, repaired, again, contested }) => ({
    ...{ readBack, field, customers, repaired, again, contested },
    examples: examples.map(String) as CustomerId[],
  }))
}

/** Returns the fields that something else writes, as far as this read-back, or the last one that finished, has seen. */
export async function findContestedFields(shop: ShopDomain, readBack: string): Promise<Set<FieldName>> {
  const found = await rowsOf<Pick<rows.read_back_field, 'field'>>(
    sql`
    select distinct f.field from read_back_field f where f.shop = ${shop} and f.contested and (f.read_back = ${readBack}::uuid or f.read_back = (
      select b.id from read_back b where b.shop = ${shop} and b.ended_as = 'finished' order by b.started_at desc limit 1))`,
    autocommit,
  )
  return new Set(found.map(({ field }) => field))
}
