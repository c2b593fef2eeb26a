import { createHash } from 'node:crypto'
import type { ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

// Most profiles of a shop have one of a few sets of fields, so a row refers to its set by number. A set never changes, so its number can be
// cached. Field names belong to the shop, so sets are cached per shop.
const numbers = new Map<string, number>()
const names = new Map<string, readonly FieldName[]>()

// A shop with many metafields could have very many sets; above this number, the cache is emptied and starts again.
const CACHE_LIMIT = 20_000

/**
 * Returns the numbers of sets of field names (sorted; null for null), for rows that the transaction `on` writes; a set that is new is
 * created in it. Until it ends, none of these sets is dropped as unused. If a cached number belongs to a set that was dropped meanwhile,
 * the set is created again.
 */
export async function holdFieldSets(
  shop: ShopDomain,
  sets: readonly (readonly FieldName[] | null)[],
  on: Sql,
): Promise<(number | null)[]> {
  const keys = sets.map((fields) => fields && keyOf(shop, fields))
  const byKey = new Map(sets.flatMap((fields, i) => (fields ? [[keys[i]!, fields] as const] : [])))
  for (;;) {
    const wanted = await numbersOf(shop, byKey, on)
    const ids = [...new Set(wanted.values())]
    if (ids.length === 0 || (await hold(shop, ids, on)))
      return keys.map((key) => (key === null ? null : wanted.get(key)!))
    forgetFieldSets(shop)
  }
}

/** Two transactions create the sets they share in the same order, so that neither waits for the other in turn. */
async function numbersOf(
  shop: ShopDomain,
  byKey: ReadonlyMap<string, readonly FieldName[]>,
  on: Sql,
): Promise<Map<string, number>> {
  const numbers = new Map<string, number>()
  for (const [key, fields] of [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)))
    numbers.set(key, await fieldSetNumber(shop, fields, on))
  return numbers
}

/** Keeps the sets from being dropped until the transaction ends. Returns false if one of them has been dropped already. */
async function hold(shop: ShopDomain, ids: readonly number[], on: Sql): Promise<boolean> {
  const held = await rowsOf<Pick<rows.field_set, 'unused_since'>>(
    {
      name: 'hold_field_sets',
      text: 'select unused_since from field_set where shop = $1 and id = any($2::int[]) order by id for key share',
      values: [shop, ids],
    },
    on,
  )
  if (held.some((set) => set.unused_since !== null)) {
    await execute(
      sql`update field_set set unused_since = null where shop = ${shop} and id = any(${ids}::int[]) and unused_since is not null`,
      on,
    )
  }
  return held.length === ids.length
}

/**
 * Returns the number of a set of field names (sorted), which is created if it is new. Rows must be written only with numbers from
 * `holdFieldSets`.
 */
export async function fieldSetNumber(shop: ShopDomain, fields: readonly FieldName[], on: Sql): Promise<number> {
  const key = keyOf(shop, fields)
  const cached = numbers.get(key)
  if (cached !== undefined) return cached
  for (let attempt = 0; ; attempt++) {
    const number = numberFrom(fields, attempt)
    await execute(
      sql`insert into field_set (shop, id, names) values (${shop}, ${number}, ${fields}::text[]) on conflict do nothing`,
      on,
    )
    const [row] = await rowsOf<Pick<rows.field_set, 'id'>>(
      sql`select id from field_set where shop = ${shop} and names = ${fields}::text[]`,
      on,
    )
    if (!row) continue // another set of the shop has this number
    if (numbers.size >= CACHE_LIMIT) numbers.clear()
    numbers.set(key, row.id)
    return row.id
  }
}

const keyOf = (shop: ShopDomain, fields: readonly FieldName[]) => `${shop} ${fields.join('\n')}` // a name may hold blanks, but no line break

/** A number from 0 to 2^31 - 1 that follows from the names, so that no counter is needed that spans shops. Each attempt gives another. */
function numberFrom(fields: readonly FieldName[], attempt: number): number {
  const hash = createHash('sha256')
    .update(`${attempt}\n${fields.join('\n')}`)
    .digest()
  return hash.readUInt32BE() >>> 1
}

/** Returns the names in the sets with these numbers. A number that no longer exists is not in the map. */
export async function fieldSetNames(
  shop: ShopDomain,
  wanted: readonly number[],
  on: Sql,
): Promise<Map<number, readonly FieldName[]>> {
  const unknown = [...new Set(wanted)].filter((id) => !names.has(`${shop} ${id}`))
  if (unknown.length > 0) {
    const found = await rowsOf<Pick<rows.field_set, 'id' | 'names'>>(
      sql`select id, names from field_set where shop = ${shop} and id = any(${unknown}::int[])`,
      on,
    )
    if (names.size >= CACHE_LIMIT) names.clear()
    for (const row of found) names.set(`${shop} ${row.id}`, row.names)
  }
  return new Map(wanted.map((id) => [id, names.get(`${shop} ${id}`) ?? []]))
}

const installations = new Map<ShopDomain, number>()

/** Empties the cache of an earlier installation of a shop: another process may have erased its sets since. */
export function resetFieldSetCache(shop: ShopDomain, installedAt: Date): void {
  if (installations.get(shop) === installedAt.getTime()) return
  forgetFieldSets(shop)
  installations.set(shop, installedAt.getTime())
}

/** Empties the cache of a shop whose sets are erased. */
export function forgetFieldSets(shop: ShopDomain): void {
  for (const cached of [numbers, names])
    for (const key of cached.keys()) if (key.startsWith(`${shop} `)) cached.delete(key)
}
