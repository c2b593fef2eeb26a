import pg from 'pg'
import { storedMapping } from '#app/core/profile/mapping.ts'
import { storedRules } from '#app/core/profile/rules.ts'
import type { LockstepRows } from './law.ts'

/** Reads what the app's tables say of a shop, from outside the app. */
export async function readLockstepRows(databaseUrl: string, shop: string): Promise<LockstepRows> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    const profiles = await db.query(
      'select customer_id, state, code, hash, without_phone from profile where shop = $1',
      [shop],
    )
    const pending = await db.query(
      `select count(*)::int as n from (
        select customer_id from dirty_customer where shop = $1
        union select customer_id from profile where shop = $1 and (import_job is not null or state = 'pending')) as waiting`,
      [shop],
    )
    const counts = await db.query(
      'select state, sum(profiles)::int as n from profile_count where shop = $1 group by state',
      [shop],
    )
    const delivered = await db.query('select distinct unnest(names) as name from field_set where shop = $1', [shop])
    const sent = await db.query(
      'select mapping, mapping_forgotten, mapping_changed_at, rules from shop where domain = $1',
      [shop],
    )
    const {
      mapping = null,
      mapping_forgotten: forgotten = [],
      mapping_changed_at: changedAt = null,
      rules = null,
    } = sent.rows[0] ?? {}
    const counted = (state: string) => counts.rows.find((row) => row.state === state)?.n ?? 0
    return {
      profiles: profiles.rows,
      delivered: delivered.rows.map(({ name }) => name),
      mapping: { mapping: storedMapping(mapping), forgotten, changedAt },
      rules: storedRules(rules),
      pending: pending.rows[0].n,
      counted: {
        synced: counted('synced'),
        excluded: counted('excluded'),
        issues: counted('issue'),
        pending: counted('pending'),
      },
    }
  } finally {
    await db.end()
  }
}
