import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** A merchant's wish that the customers of a segment are synced now. */
export interface SegmentSync {
  /** The segment's global id. */
  readonly segment: string
  /** Where the next page of members begins; null before the first. */
  readonly cursor: string | null
  readonly marked: number
  /** Pages in a row that Shopify did not show. */
  readonly attempt: number
}

/** Records the wish; one that is under way is left as it is. From a new one on, new profiles are counted anew. Returns whether it is new. */
export async function saveSegmentSync(shop: ShopDomain, segment: string, now: Date): Promise<boolean> {
  const saved = await rowsOf(
    sql`
    with saved as (
      insert into segment_sync (shop, segment, asked_at, not_before)
      select domain, ${segment}, ${now}, ${now} from shop where domain = ${shop} and uninstalled_at is null
      on conflict (shop, segment) do nothing returning shop
    ), anew as (
      update shop set retry_created = 0 where domain = ${shop} and exists (select 1 from saved)
    )
    select 1 from saved`,
    autocommit,
  )
  return saved.length === 1
}

export async function findSegmentSync(shop: ShopDomain, segment: string): Promise<SegmentSync | null> {
  const [row] = await rowsOf<Pick<rows.segment_sync, 'segment' | 'cursor' | 'marked' | 'attempt'>>(
    sql`select segment, cursor, marked, attempt from segment_sync where shop = ${shop} and segment = ${segment}`,
    autocommit,
  )
  return row ?? null
}

/** Returns how many segments of a shop are under way. */
export async function countSegmentSyncs(shop: ShopDomain): Promise<number> {
  const [row] = await rowsOf<{ segments: number }>(
    sql`select count(*)::int as segments from segment_sync where shop = ${shop}`,
    autocommit,
  )
  return row?.segments ?? 0
}

/** Returns the oldest wish that is due; null if there is none. */
export async function findDueSegmentSync(shop: ShopDomain, now: Date): Promise<SegmentSync | null> {
  const [row] = await rowsOf<Pick<rows.segment_sync, 'segment' | 'cursor' | 'marked' | 'attempt'>>(
    sql`
    select segment, cursor, marked, attempt from segment_sync
    where shop = ${shop} and not_before <= ${now} order by asked_at, segment limit 1`,
    autocommit,
  )
  return row ?? null
}

/** Records that a page is marked, in the transaction that marks it. `cursor` is where the next one begins. */
export async function saveSegmentPage(
  shop: ShopDomain,
  { segment, cursor, marked }: { segment: string; cursor: string; marked: number },
  on: Sql,
): Promise<void> {
  await execute(
    sql`
    update segment_sync set cursor = ${cursor}, marked = marked + ${marked}, attempt = 0
    where shop = ${shop} and segment = ${segment}`,
    on,
  )
}

export async function deferSegmentSync(
  shop: ShopDomain,
  { segment, attempt, notBefore }: { segment: string; attempt: number; notBefore: Date },
): Promise<void> {
  await execute(
    sql`
    update segment_sync set attempt = ${attempt}, not_before = ${notBefore} where shop = ${shop} and segment = ${segment}`,
    autocommit,
  )
}

/** Forgets the wish: all customers are marked, or the segment cannot be read. */
export async function endSegmentSync(shop: ShopDomain, segment: string, on: Sql): Promise<void> {
  await execute(sql`delete from segment_sync where shop = ${shop} and segment = ${segment}`, on)
}
