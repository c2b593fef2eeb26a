import { randomInt, randomUUID } from 'node:crypto'
import { type ReadBackEnd, type ReadBackWait, SAMPLE } from '#app/core/flow/read-back.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Where a read-back stands on the circle of profiles. */
export interface ReadBackPlace {
  readonly lastHash: number
  readonly lastCustomer: string
  readonly wrapped: boolean
}

export interface ReadBackCounts {
  readonly asSent: number
  readonly differing: number
  readonly missing: number
  readonly skipped: number
  readonly repaired: number
}

export interface ReadBack {
  readonly id: string
  readonly trigger: 'nightly' | 'by_hand'
  readonly scope: 'sample' | 'all'
  readonly startedBy: string | null
  readonly endedBy: string | null
  readonly startedAt: Date
  /** How many profiles are to be compared. */
  readonly expected: number
  readonly firstHash: number
  readonly place: ReadBackPlace
  readonly notBefore: Date
  /** Null while it moves. */
  readonly waitsFor: ReadBackWait | null
  readonly counts: ReadBackCounts
  /** Both null while it is open. */
  readonly endedAt: Date | null
  readonly end: ReadBackEnd | null
}

const SMALLEST_HASH = -(2 ** 31)
const LARGEST_HASH = 2 ** 31 - 1
/** Comes before every customer of the same hash. */
const BEFORE_ALL = '-1'

/**
 * Starts a read-back, at a random place of the circle, if none is open. A sample compares `SAMPLE` profiles, or all if there are fewer. Returns its id; null if one
 * is open, if nothing was ever sent, or if Klaviyo cannot be asked.
 */
export async function startReadBack(
  shop: ShopDomain,
  { trigger, scope, by, now }: Pick<ReadBack, 'trigger' | 'scope'> & { by: string | null; now: Date },
  on: Sql,
): Promise<string | null> {
  const most = scope === 'sample' ? SAMPLE : LARGEST_HASH
  const firstHash = randomInt(SMALLEST_HASH, LARGEST_HASH)
  const [row] = await rowsOf<Pick<rows.read_back, 'id'>>(
    sql`
    insert into read_back (shop, id, trigger, scope, started_by, started_at, expected, first_hash, last_hash, last_customer, not_before)
    select ${shop}, ${randomUUID()}::uuid, ${trigger}, ${scope}, ${by}, ${now}, least(sum(p.profiles), ${most}::int)::int, ${firstHash}::int,
      ${firstHash}::int, ${BEFORE_ALL}::bigint, ${now}
    from profile_count p where p.shop = ${shop} and p.state = 'synced'
      and exists (select 1 from connection c where c.shop = ${shop} and c.refused_at is null)
      and exists (select 1 from shop s where s.domain = ${shop} and s.status = 'on' and s.uninstalled_at is null and s.start_at is null)
    having sum(p.profiles) > 0
    on conflict do nothing returning id`,
    on,
  )
  return row?.id ?? null
}

/** Returns the open read-back; null if there is none. */
export async function findOpenReadBack(shop: ShopDomain): Promise<ReadBack | null> {
  const [row] = await rowsOf<rows.read_back>(
    sql`select * from read_back where shop = ${shop} and ended_at is null`,
    autocommit,
  )
  return row ? toReadBack(row) : null
}

/** Returns the last read-backs, the newest first. */
export async function listReadBacks(shop: ShopDomain, limit: number): Promise<ReadBack[]> {
  const found = await rowsOf<rows.read_back>(
    sql`select * from read_back where shop = ${shop} order by started_at desc, id limit ${limit}`,
    autocommit,
  )
  return found.map(toReadBack)
}

/**
 * Returns the next profiles on the circle, at most `limit`, and the place after them; null as the place if the circle is closed. The order is that of a hash of the
 * customer's number (index profile_by_draw), so any part of it is a random sample.
 */
export async function listNextToReadBack(
  shop: ShopDomain,
  { firstHash, place }: Pick<ReadBack, 'firstHash' | 'place'>,
  limit: number,
): Promise<{ customerIds: CustomerId[]; next: ReadBackPlace | null }> {
  const { lastHash, lastCustomer, wrapped } = place
  const found = await rowsOf<{ customer_id: string; hash: number }>(
    sql`
    select customer_id, hashint8(customer_id) as hash from profile
    where shop = ${shop} and state = 'synced' and (hashint8(customer_id), customer_id) > (${lastHash}::int, ${lastCustomer}::bigint)
      and (not ${wrapped}::boolean or hashint8(customer_id) < ${firstHash}::int)
    order by hashint8(customer_id), customer_id limit ${limit}`,
    autocommit,
  )
  const last = found.at(-1)
  const customerIds = found.map((row) => row.customer_id as CustomerId)
  if (last && found.length === limit)
    return { customerIds, next: { lastHash: last.hash, lastCustomer: last.customer_id, wrapped } }
  return {
    customerIds,
    next: wrapped ? null : { lastHash: SMALLEST_HASH, lastCustomer: BEFORE_ALL, wrapped: true },
  }
}

/** Locks the read-back until the transaction ends. False if it has ended, or if another process has moved it on from this place. */
export async function holdReadBack(shop: ShopDomain, { id, place }: ReadBack, on: Sql): Promise<boolean> {
  const held = await rowsOf(
    sql`
    select 1 from read_back where shop = ${shop} and id = ${id}::uuid and ended_at is null
      and last_hash = ${place.lastHash}::int and last_customer = ${place.lastCustomer}::bigint and wrapped = ${place.wrapped} for update`,
    on,
  )
  return held.length > 0
}

/** Adds what was compared, and saves where the read-back goes on, and from when on. */
export async function moveReadBack(
  shop: ShopDomain,
  id: string,
  step: ReadBackCounts & { place: ReadBackPlace; notBefore: Date; waitsFor: ReadBackWait | null },
  on: Sql,
): Promise<void> {
  const { place } = step
  await execute(
    sql`
    update read_back set as_sent = as_sent + ${step.asSent}, differing = differing + ${step.differing},
      missing = missing + ${step.missing}, skipped = skipped + ${step.skipped}, repaired = repaired + ${step.repaired},
      last_hash = ${place.lastHash}::int, last_customer = ${place.lastCustomer}::bigint, wrapped = ${place.wrapped},
      not_before = ${step.notBefore}, waits_for = ${step.waitsFor}
    where shop = ${shop} and id = ${id}::uuid`,
    on,
  )
}

/** Lets the read-back wait, and go on later where it is. */
export async function deferReadBack(
  shop: ShopDomain,
  id: string,
  { notBefore, waitsFor }: { notBefore: Date; waitsFor: ReadBackWait },
): Promise<void> {
  await execute(
    sql`
    update read_back set not_before = ${notBefore}, waits_for = ${waitsFor}
    where shop = ${shop} and id = ${id}::uuid and ended_at is null`,
    autocommit,
  )
}

/** Ends the open read-back. What it repairs is sent all the same. Returns false if none is open. */
export async function endReadBack(
  shop: ShopDomain,
  { end, by = null, now }: { end: ReadBackEnd; by?: string | null; now: Date },
  on: Sql,
): Promise<boolean> {
  const ended = await execute(
    sql`
    update read_back set ended_at = ${now}, ended_as = ${end}, ended_by = ${by}, waits_for = null where shop = ${shop} and ended_at is null`,
    on,
  )
  return ended > 0
}

function toReadBack(row: rows.read_back): ReadBack {
  return {
    id: row.id,
    trigger: row.trigger as ReadBack['trigger'],
    scope: row.scope as ReadBack['scope'],
    startedBy: row.started_by,
    endedBy: row.ended_by,
    startedAt: row.started_at,
    expected: row.expected,
    firstHash: row.first_hash,
    place: { lastHash: row.last_hash, lastCustomer: String(row.last_customer), wrapped: row.wrapped },
    notBefore: row.not_before,
    waitsFor: row.waits_for as ReadBackWait | null,
    counts: {
      asSent: row.as_sent,
      differing: row.differing,
      missing: row.missing,
      skipped: row.skipped,
      repaired: row.repaired,
    },
    endedAt: row.ended_at,
    end: row.ended_as as ReadBackEnd | null,
  }
}
