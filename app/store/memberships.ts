import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { CompanyPlace, MembershipQuery, Memberships } from '#app/core/profile/memberships.ts'
import { autocommit, execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from './database.ts'
import type * as rows from './generated/rows.ts'

/** How far a snapshot has come. */
export interface MembershipSnapshot {
  readonly asked: MembershipQuery
  /** Which of the lists is being read, from 0. */
  readonly part: number
  /** How far that list has been read: Shopify's cursor, or the offset in an operation's file in bytes; null before the first page. */
  readonly cursor: string | null
  /** The bulk operation that writes the list; null if none does yet. */
  readonly operation: string | null
  readonly complete: boolean
}

/** One membership that was read of a customer. */
export type MembershipRecord =
  | { readonly customerId: CustomerId; readonly segment: string }
  | { readonly customerId: CustomerId; readonly company: string; readonly role: string | null }

/** Returns the snapshot of a holder, which is begun if there is none. A snapshot of another query is deleted with all its rows. */
export async function openSnapshot(
  shop: ShopDomain,
  holder: string,
  asked: MembershipQuery,
  now: Date,
): Promise<MembershipSnapshot> {
  const text = JSON.stringify({ segments: asked.segments, places: asked.places })
  return transaction(async (on) => {
    const outdated = await rowsOf(
      sql`select 1 from membership_snapshot where shop = ${shop} and holder = ${holder}::uuid and asked <> ${text}::jsonb for update`,
      on,
    )
    if (outdated.length > 0) await deleteSnapshot(shop, holder, on)
    await execute(
      sql`insert into membership_snapshot (shop, holder, asked, touched_at) values (${shop}, ${holder}::uuid, ${text}::jsonb, ${now})
          on conflict do nothing`,
      on,
    )
    const [row] = await rowsOf<rows.membership_snapshot>(
      sql`select * from membership_snapshot where shop = ${shop} and holder = ${holder}::uuid`,
      on,
    )
    if (!row) throw new Error(`The membership snapshot of ${holder} in ${shop} was deleted as it was begun`)
    return toSnapshot(row)
  })
}

/**
 * Moves a snapshot past the rows that were read, and saves them, in one transaction. Returns false, and saves nothing, if the snapshot is
 * no longer where it was, because another process moved or deleted it.
 */
export async function advanceSnapshot(
  shop: ShopDomain,
  holder: string,
  step: { from: MembershipSnapshot; to: MembershipSnapshot; rows: readonly MembershipRecord[]; now: Date },
): Promise<boolean> {
  const { from, to, rows, now } = step
  return transaction(async (on) => {
    const moved = await execute(
      sql`update membership_snapshot set part = ${to.part}, cursor = ${to.cursor}, operation = ${to.operation},
            complete = ${to.complete}, touched_at = ${now}
          where shop = ${shop} and holder = ${holder}::uuid and asked = ${JSON.stringify(from.asked)}::jsonb and part = ${from.part}
            and cursor is not distinct from ${from.cursor} and operation is not distinct from ${from.operation} and not complete`,
      on,
    )
    if (moved === 1) await saveRows(shop, holder, rows, on)
    return moved === 1
  })
}

async function saveRows(shop: ShopDomain, holder: string, rows: readonly MembershipRecord[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    {
      name: 'save_memberships',
      text: `
        insert into customer_membership (shop, holder, customer_id, segment, company, role)
        select $1, $2::uuid, r.* from unnest($3::bigint[], $4::bigint[], $5::bigint[], $6::text[]) as r
        on conflict do nothing`,
      values: [
        shop,
        holder,
        rows.map((row) => row.customerId),
        rows.map((row) => ('segment' in row ? numberIn(row.segment) : '0')),
        rows.map((row) => ('company' in row ? numberIn(row.company) : '0')),
        rows.map((row) => ('company' in row ? (row.role ?? '') : '')),
      ],
    },
    on,
  )
}

/** Returns the memberships of these customers; a customer that has none is not in the map. */
export async function findMemberships(
  shop: ShopDomain,
  holder: string,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, Memberships>> {
  const rows = await rowsOf<MembershipRow>(
    {
      name: 'find_memberships',
      text: `
      select customer_id, segment, company, array_agg(role) filter (where role <> '') as roles from customer_membership
      where shop = $1 and holder = $2::uuid and customer_id = any($3::bigint[])
      group by customer_id, segment, company`,
      values: [shop, holder, customerIds],
    },
    autocommit,
  )
  const memberships = new Map<CustomerId, { segments: Set<string>; places: CompanyPlace[] }>()
  for (const { customer_id, segment, company, roles } of rows) {
    const customerId = customer_id as CustomerId
    const own = memberships.get(customerId) ?? { segments: new Set(), places: [] }
    memberships.set(customerId, own)
    if (segment !== '0') own.segments.add(`gid://shopify/Segment/${segment}`)
    else own.places.push({ company: `gid://shopify/Company/${company}`, roles: roles ?? [] })
  }
  return memberships
}

/** Deletes the snapshot of a holder with all its rows. */
export async function deleteMembershipSnapshot(shop: ShopDomain, holder: string): Promise<void> {
  await transaction((on) => deleteSnapshot(shop, holder, on), WHOLE_SHOP)
}

/** The snapshot goes first: a page that is being saved holds its row, so that its rows are there once the row can be deleted. */
async function deleteSnapshot(shop: ShopDomain, holder: string, on: Sql): Promise<void> {
  await execute(sql`delete from membership_snapshot where shop = ${shop} and holder = ${holder}::uuid`, on)
  await execute(sql`delete from customer_membership where shop = ${shop} and holder = ${holder}::uuid`, on)
}

/** Deletes the snapshots of runs that have ended: nothing needs them any more. */
export async function deleteEndedSnapshots(shop: ShopDomain, on: Sql): Promise<void> {
  const rows = await rowsOf<{ holder: string }>(
    sql`select g.holder from membership_snapshot g join sync_run r on r.shop = g.shop and r.id = g.holder
        where g.shop = ${shop} and r.state in ('finished', 'failed', 'cancelled')`,
    on,
  )
  for (const { holder } of rows) await deleteSnapshot(shop, holder, on)
}

/** The query of a snapshot that is being deleted. No holder asks for it, so a holder that comes back begins a new snapshot. */
const DISCARDED = '{}'

/**
 * Deletes, in all shops, snapshots that were not continued since an instant, except those of runs that are not finished. Takes at most
 * `limit` rows of one snapshot. Returns `limit` while there may be more, otherwise 0.
 */
export async function dropAbandonedSnapshots({ before, limit }: { before: Date; limit: number }): Promise<number> {
  const [left] = await rowsOf<{ shop: ShopDomain; holder: string }>(
    sql`
    select g.shop, g.holder from membership_snapshot g where g.touched_at < ${before}
      and not exists (select 1 from sync_run r where r.shop = g.shop and r.id = g.holder
        and r.state in ('queued', 'reading', 'delivering', 'paused'))
    order by g.touched_at limit 1`,
    autocommit,
  )
  if (!left) return 0
  await transaction((on) => dropSnapshot(left.shop, left.holder, { before, limit }, on))
  return limit // there may be another snapshot
}

/** Does nothing if the snapshot was continued meanwhile. */
async function dropSnapshot(
  shop: ShopDomain,
  holder: string,
  { before, limit }: { before: Date; limit: number },
  on: Sql,
): Promise<void> {
  const discarded = await execute(
    sql`update membership_snapshot set asked = ${DISCARDED}::jsonb
        where shop = ${shop} and holder = ${holder}::uuid and touched_at < ${before}`,
    on,
  )
  if (discarded === 0) return
  const rows = await execute(
    sql`delete from customer_membership where shop = ${shop} and ctid = any (array(
          select ctid from customer_membership where shop = ${shop} and holder = ${holder}::uuid limit ${limit}))`,
    on,
  )
  if (rows < limit) await deleteSnapshot(shop, holder, on)
}

/** The number at the end of a global id. */
function numberIn(gid: string): string {
  return gid.slice(gid.lastIndexOf('/') + 1)
}

type MembershipRow = Pick<rows.customer_membership, 'customer_id' | 'segment' | 'company'> & { roles: string[] | null }

function toSnapshot({ asked, part, cursor, operation, complete }: rows.membership_snapshot): MembershipSnapshot {
  const { segments, places } = asked as MembershipQuery
  return { asked: { segments, places }, part, cursor, operation, complete }
}
