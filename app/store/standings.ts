import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { CompanyPlace, Standing, StandingAsked } from '#app/core/profile/standing.ts'
import { execute, rowsOf, type Sql, sql, transaction, WHOLE_SHOP } from './database.ts'

/** How far a gathering has come. */
export interface Gathering {
  readonly asked: StandingAsked
  /** Which of the lists is being read, from 0. */
  readonly part: number
  /** How far that list is read: Shopify's cursor, or bytes of an operation's file; null before the first page. */
  readonly cursor: string | null
  /** The bulk operation that writes the list; null when none does yet. */
  readonly operation: string | null
  readonly complete: boolean
}

/** One thing that was gathered of a customer. */
export type GatheredRow =
  | { readonly customerId: CustomerId; readonly segment: string }
  | { readonly customerId: CustomerId; readonly company: string; readonly role: string | null }

/** The gathering for a holder, begun if there is none. One that was begun for something else is thrown away with all it holds. */
export async function beginGathering(
  shop: ShopDomain,
  holder: string,
  asked: StandingAsked,
  now: Date,
): Promise<Gathering> {
  const text = JSON.stringify({ segments: asked.segments, places: asked.places })
  return transaction(async (on) => {
    await execute(
      sql`delete from standing_gathering where shop = ${shop} and holder = ${holder}::uuid and asked <> ${text}::jsonb`,
      on,
    )
    await execute(
      sql`insert into standing_gathering (shop, holder, asked, touched_at) values (${shop}, ${holder}::uuid, ${text}::jsonb, ${now})
          on conflict do nothing`,
      on,
    )
    const [row] = await rowsOf<GatheringRow>(
      sql`select * from standing_gathering where shop = ${shop} and holder = ${holder}::uuid`,
      on,
    )
    if (!row) throw new Error(`The gathering of ${holder} in ${shop} went as it was begun`)
    return toGathering(row)
  })
}

/**
 * Moves a gathering on over the rows that were read, in one transaction with them. False when it is no longer where it was: then
 * nothing is kept, for somebody else reads it, or nobody wants it any more.
 */
export async function saveGathered(
  shop: ShopDomain,
  holder: string,
  step: { from: Gathering; to: Gathering; rows: readonly GatheredRow[]; now: Date },
): Promise<boolean> {
  const { from, to, rows, now } = step
  return transaction(async (on) => {
    const moved = await execute(
      sql`update standing_gathering set part = ${to.part}, cursor = ${to.cursor}, operation = ${to.operation},
            complete = ${to.complete}, touched_at = ${now}
          where shop = ${shop} and holder = ${holder}::uuid and asked = ${JSON.stringify(from.asked)}::jsonb and part = ${from.part}
            and cursor is not distinct from ${from.cursor} and operation is not distinct from ${from.operation} and not complete`,
      on,
    )
    if (moved === 1) await saveRows(shop, holder, rows, on)
    return moved === 1
  })
}

async function saveRows(shop: ShopDomain, holder: string, rows: readonly GatheredRow[], on: Sql): Promise<void> {
  if (rows.length === 0) return
  await execute(
    {
      name: 'save_standings',
      text: `
        insert into standing (shop, holder, customer_id, segment, company, role)
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

/** What was gathered of these customers; one of whom there is nothing to say is not in the map. */
export async function findStandings(
  shop: ShopDomain,
  holder: string,
  customerIds: readonly CustomerId[],
): Promise<Map<CustomerId, Standing>> {
  const rows = await rowsOf<StandingRow>({
    name: 'find_standings',
    text: `
      select customer_id, segment, company, array_agg(role) filter (where role <> '') as roles from standing
      where shop = $1 and holder = $2::uuid and customer_id = any($3::bigint[])
      group by customer_id, segment, company`,
    values: [shop, holder, customerIds],
  })
  const standings = new Map<CustomerId, { segments: Set<string>; places: CompanyPlace[] }>()
  for (const { customer_id, segment, company, roles } of rows) {
    const customerId = customer_id as CustomerId
    const standing = standings.get(customerId) ?? { segments: new Set(), places: [] }
    standings.set(customerId, standing)
    if (segment !== '0') standing.segments.add(`gid://shopify/Segment/${segment}`)
    else standing.places.push({ company: `gid://shopify/Company/${company}`, roles: roles ?? [] })
  }
  return standings
}

/** Throws away what was gathered for a holder. */
export async function deleteStandings(shop: ShopDomain, holder: string): Promise<void> {
  const deletion = sql`delete from standing_gathering where shop = ${shop} and holder = ${holder}::uuid`
  await transaction((on) => execute(deletion, on), WHOLE_SHOP)
}

/** No holder asks for this: whoever comes back finds that it was gathered for something else, and has it gathered anew. */
const LEFT = '{}'

/**
 * Throws away, in all shops, what nobody has gone on with since an instant, but for runs that are not over: of one gathering at most `limit` rows.
 * Returns how many rows went; `limit` while there may be more.
 */
export async function dropLeftGatherings({ before, limit }: { before: Date; limit: number }): Promise<number> {
  return transaction(async (on) => {
    const [left] = await rowsOf<{ shop: string; holder: string }>(
      sql`
      select shop, holder from standing_gathering g where g.touched_at < ${before}
        and not exists (select 1 from sync_run r where r.shop = g.shop and r.id = g.holder
          and r.state in ('queued', 'reading', 'delivering', 'paused'))
      order by touched_at limit 1 for update of g skip locked`,
      on,
    )
    if (!left) return 0
    const { shop, holder } = left
    await execute(
      sql`update standing_gathering set asked = ${LEFT}::jsonb where shop = ${shop} and holder = ${holder}::uuid`,
      on,
    )
    const rows = await execute(
      sql`delete from standing where ctid = any (array(
            select ctid from standing where shop = ${shop} and holder = ${holder}::uuid limit ${limit}))`,
      on,
    )
    if (rows === limit) return limit
    await execute(sql`delete from standing_gathering where shop = ${shop} and holder = ${holder}::uuid`, on)
    return limit // there may be another gathering
  })
}

/** The number at the end of a global id. */
function numberIn(gid: string): string {
  return gid.slice(gid.lastIndexOf('/') + 1)
}

interface GatheringRow {
  asked: StandingAsked
  part: number
  cursor: string | null
  operation: string | null
  complete: boolean
}

interface StandingRow {
  customer_id: string
  segment: string
  company: string
  roles: string[] | null
}

function toGathering({ asked, part, cursor, operation, complete }: GatheringRow): Gathering {
  const { segments, places } = asked
  return { asked: { segments, places }, part, cursor, operation, complete }
}
