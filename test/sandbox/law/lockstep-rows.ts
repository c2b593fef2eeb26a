import pg from 'pg'
import {
  type Choices,
  type MappingChoice,
  unchosenAudience,
  unchosenDestination,
  unchosenMapping,
  type ValueChoice,
} from './choices.ts'
import type { LoyaltyTimes } from './expectation/expected-profile.ts'

/** What Lockstep's own tables say of a shop. */
export interface LockstepRows {
  readonly profiles: readonly ProfileRow[]
  readonly choices: Choices
  /** When the integration was last turned on for future changes only, and when what was there before had been read; null when it never was. */
  readonly futureOnly: { readonly since: Date; readonly readUntil: Date } | null
  /** Customers with a mark, or in an import job. */
  readonly pending: number
  /** Counts that a count of all rows contradicts, in words. */
  readonly miscounted: readonly string[]
  /** What the card counts. */
  readonly counted: {
    readonly synced: number
    readonly excluded: number
    readonly issues: number
    readonly pending: number
    readonly atLimit: number
  }
}

/** Rows of the counts that a count of all profile rows contradicts; for a shop without open imports. */
const MISCOUNTED = `
  with counted as (
    select state, coalesce(code, '') as code, count(*)::int as profiles, count(synced_at)::int as ever_synced
    from profile where shop = $1 group by 1, 2
  ), minutes as (
    select date_trunc('minute', synced_at) as minute, count(*)::int as profiles from profile
    where shop = $1 and synced_at is not null group by 1
  )
  select format('%s %s: %s profiles, %s ever synced, where there are %s and %s', coalesce(k.state, c.state), coalesce(k.code, c.code),
    coalesce(k.profiles, 0), coalesce(k.ever_synced, 0), coalesce(c.profiles, 0), coalesce(c.ever_synced, 0)) as what
  from (select * from profile_count where shop = $1) k full join counted c on c.state = k.state and c.code = k.code
  where coalesce(k.profiles, 0) <> coalesce(c.profiles, 0) or coalesce(k.ever_synced, 0) <> coalesce(c.ever_synced, 0)
  union all
  select format('minute %s: %s, where there are %s', k.minute, k.profiles, coalesce(c.profiles, 0))
  from synced_minute k left join minutes c on c.minute = k.minute where k.shop = $1 and k.profiles <> coalesce(c.profiles, 0)`

/** How a customer stands. */
export interface ProfileRow {
  readonly customerId: string
  readonly state: string
  readonly code: string | null
  readonly klaviyoId: string | null
  /** Optional fields without which the customer is in step, such as `phone_number`. */
  readonly omitted: readonly OmittedField[]
  /** What is stored of the customer's loyalty changes. */
  readonly times: LoyaltyTimes
}

export interface OmittedField {
  readonly field: string
  readonly reason: string
}

/** Reads what the app's tables say of a shop, from outside the app. */
export async function readLockstepRows(databaseUrl: string, shop: string): Promise<LockstepRows> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  const rowsOf = async (statement: string) => (await db.query(statement, [shop])).rows
  try {
    // As JSON, so that a column that is not there yet is undefined; the number as text, since it may pass 2^53.
    const profiles = await rowsOf(
      'select customer_id::text as id, to_jsonb(profile) as row from profile where shop = $1 order by customer_id',
    )
    const loyalty = await rowsOf(
      'select customer_id::text as id, tier_since, changed_at from loyalty_value where shop = $1',
    )
    const timesOf = new Map(
      loyalty.map(({ id, tier_since, changed_at }) => [id, { tierSince: tier_since, lastChanged: changed_at }]),
    )
    const [pending] = await rowsOf(
      `select count(*)::int as n from (
        select customer_id from dirty_customer where shop = $1
        union select customer_id from profile where shop = $1 and (request in (select id from outbox where shop = $1) or state = 'pending' and code is distinct from 'limit')) as waiting`,
    )
    const counts = await rowsOf(
      `select case when code = 'limit' then code when state = 'sending' then 'pending' else state end as state, sum(profiles)::int as n from profile_count
       where shop = $1 group by 1`,
    )
    const imports = await rowsOf(`select 1 from outbox where shop = $1 and kind in ('import', 'run_import') limit 1`)
    const miscounted = imports.length > 0 ? [] : await rowsOf(MISCOUNTED)
    const [chosen] = await rowsOf(
      'select mapping, mapping_forgotten, audience, destination, held_sources from shop where domain = $1',
    )
    const [baselines] = await rowsOf(
      `select max(since) as since, max(coalesce(finished_at, now())) as until from sync_run where shop = $1 and kind = 'baseline'`,
    )
    const counted = (state: string) => counts.find((row) => row.state === state)?.n ?? 0
    return {
      profiles: profiles.map(({ id, row }) => ({
        customerId: id,
        state: row.state,
        code: row.code,
        klaviyoId: row.klaviyo_id,
        omitted: row.omitted ?? [],
        times: timesOf.get(id) ?? { tierSince: null, lastChanged: null },
      })),
      choices: {
        mapping: withoutHeld(chosen?.mapping ?? unchosenMapping, chosen?.held_sources ?? []),
        leftInKlaviyo: chosen?.mapping_forgotten ?? [],
        audience: chosen?.audience ?? unchosenAudience,
        destination: chosen?.destination ?? unchosenDestination,
      },
      futureOnly: baselines.since && { since: baselines.since, readUntil: baselines.until },
      pending: pending.n,
      miscounted: miscounted.map(({ what }) => what),
      counted: {
        synced: counted('synced'),
        excluded: counted('excluded'),
        issues: counted('issue'),
        pending: counted('pending'),
        atLimit: counted('limit'),
      },
    }
  } finally {
    await db.end()
  }
}

/** A source that is held is not taken for empty: what Klaviyo has may stay. */
function withoutHeld(mapping: MappingChoice, held: readonly { source: string }[]): MappingChoice {
  const isHeld = ({ source }: ValueChoice) => {
    if (source.kind !== 'metafield') return false
    const name = `${source.namespace}.${source.key}`
    return held.some((one) => one.source === name || one.source.startsWith(`${name} `))
  }
  const values = mapping.values.map((row) =>
    isHeld(row) ? { ...row, reading: { ...row.reading, blank: 'unknown' as const } } : row,
  )
  return { ...mapping, values }
}
