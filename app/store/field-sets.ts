import type { ShopDomain } from '#app/core/ids.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { execute, rowsOf, type Sql, sql } from './database.ts'

// Most profiles of a shop carry one of a few sets of fields, so a row names its set by number. A set never changes, so a
// number once learnt stays true; the names are the shop's own and are learnt shop by shop.
const numbers = new Map<string, number>()
const names = new Map<string, readonly FieldName[]>()

// A shop with free metafields could have very many sets; past this, learning starts again.
const MOST_LEARNT = 20_000

/**
 * The numbers of sets of field names (sorted; null has none), for rows that the transaction `on` writes: until it ends, none of these sets is
 * dropped as unused. A number that was learnt earlier may be of a set that was dropped since, and is then learnt anew.
 */
export async function holdFieldSets(
  shop: ShopDomain,
  sets: readonly (readonly FieldName[] | null)[],
  on: Sql,
): Promise<(number | null)[]> {
  for (;;) {
    const wanted = await learnFieldSets(shop, sets)
    const ids = [...new Set(wanted.filter((id) => id !== null))]
    if (ids.length === 0 || (await hold(shop, ids, on))) return wanted
    forgetFieldSets(shop)
  }
}

/**
 * The numbers of sets as they are learnt, each new one on a connection of its own. Whoever begins a transaction in which they are to be held
 * learns them before it: else many at once would wait for a second connection, each holding its first.
 */
export async function learnFieldSets(
  shop: ShopDomain,
  sets: readonly (readonly FieldName[] | null)[],
): Promise<(number | null)[]> {
  const numbers: (number | null)[] = []
  for (const fields of sets) numbers.push(fields && (await fieldSetNumber(shop, fields)))
  return numbers
}

/** Keeps the sets from being dropped. False when one of them was dropped already. */
async function hold(shop: ShopDomain, ids: readonly number[], on: Sql): Promise<boolean> {
  const held = await rowsOf<{ unused_since: Date | null }>(
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

/** The number of a set of field names (sorted), given one if it is new. Rows are written with numbers from `holdFieldSets` only. */
export async function fieldSetNumber(shop: ShopDomain, fields: readonly FieldName[]): Promise<number> {
  const key = `${shop} ${fields.join('\n')}` // a name may hold blanks, but no line break
  const learnt = numbers.get(key)
  if (learnt !== undefined) return learnt
  await rowsOf(sql`insert into field_set (shop, names) values (${shop}, ${fields}::text[]) on conflict do nothing`)
  const [row] = await rowsOf<{ id: number }>(
    sql`select id from field_set where shop = ${shop} and names = ${fields}::text[]`,
  )
  if (!row) throw new Error('A field set was removed while it was being used')
  if (numbers.size >= MOST_LEARNT) numbers.clear()
  numbers.set(key, row.id)
  return row.id
}

/** The names of the sets with these numbers. A number that is gone has none. */
export async function fieldSetNames(
  shop: ShopDomain,
  wanted: readonly number[],
): Promise<Map<number, readonly FieldName[]>> {
  const unknown = [...new Set(wanted)].filter((id) => !names.has(`${shop} ${id}`))
  if (unknown.length > 0) {
    const rows = await rowsOf<{ id: number; names: string[] }>(
      sql`select id, names from field_set where shop = ${shop} and id = any(${unknown}::int[])`,
    )
    if (names.size >= MOST_LEARNT) names.clear()
    for (const row of rows) names.set(`${shop} ${row.id}`, row.names)
  }
  return new Map(wanted.map((id) => [id, names.get(`${shop} ${id}`) ?? []]))
}

const installations = new Map<ShopDomain, number>()

/** Forgets what was learnt of an earlier installation of a shop: another process may have erased its sets since. */
export function learnSince(shop: ShopDomain, installedAt: Date): void {
  if (installations.get(shop) === installedAt.getTime()) return
  forgetFieldSets(shop)
  installations.set(shop, installedAt.getTime())
}

/** Forgets what was learnt of a shop, when its sets are erased. */
export function forgetFieldSets(shop: ShopDomain): void {
  for (const learnt of [numbers, names])
    for (const key of learnt.keys()) if (key.startsWith(`${shop} `)) learnt.delete(key)
}
