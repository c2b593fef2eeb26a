import pg from 'pg'

/** Returns how many customers of a shop are settled, and how much work is open, by the app's own tables. */
export async function readProgress(databaseUrl: string, shop: string): Promise<{ settled: number; open: number }> {
  const db = new pg.Client({ connectionString: databaseUrl })
  await db.connect()
  try {
    const { rows } = await db.query(
      `select coalesce((select sum(profiles) from profile_count where shop = $1 and state <> 'pending'), 0)::int as settled,
        ((select count(*) from dirty_customer where shop = $1) + (select count(*) from outbox where shop = $1 and kind in ('import', 'run_import'))
          + (select count(*) from sync_run where shop = $1 and state in ('queued', 'reading', 'delivering'))
          + (select count(*) from shop where domain = $1 and comparison_asked_at is not null)
          + (select count(*) from outbox where shop = $1 and kind = 'event')
          + (select count(*) from profile where shop = $1 and list_change in ('join', 'leave') and klaviyo_id is not null))::int as open`,
      [shop],
    )
    return rows[0]
  } finally {
    await db.end()
  }
}
