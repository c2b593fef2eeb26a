import { autocommit, execute, type Statement, sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'

/** Hours of a day in which something of a shop is counted. */
export const HOURS_A_DAY = 6
/** Customers that a shop has at a time. */
const CUSTOMERS = 20

/** A stretch of simulated time, in which shops that have the app write what shops write. */
interface Stretch {
  readonly from: Date
  readonly days: number
}

/**
 * Writes what all shops write in some days: a comparison and a read-back each night, the hours and minutes of changes, requests to Klaviyo, and now
 * and then an alert, a repair, an erasure, a request to see data, and a visit of staff. Rows that are kept for a day or a week are written
 * for the last ten days only: a worker that sweeps each minute never has more.
 */
export async function writeDays({ from, days }: Stretch): Promise<void> {
  const last = Math.min(days, 10)
  const recent = new Date(from.getTime() + (days - last) * 24 * 60 * 60_000)
  for (const statement of [...daily(from, days), ...kept(recent, last), ...monthly(from, days)]) {
    await transaction((on) => execute(statement, on), WHOLE_SHOP)
  }
}

function daily(from: Date, days: number): Statement[] {
  return [
    sql`
      insert into sync_run (id, shop, kind, trigger, state, requested_at, finished_at, progress_at, not_before)
      select gen_random_uuid(), domain, 'reconcile', 'nightly', 'finished', at, at, at, at
      from shop, generate_series(0, ${days - 1}::int) n, lateral (select ${from}::timestamptz + n * interval '1 day' + interval '2 hours' as at) t
      where uninstalled_at is null`,
    sql`
      insert into read_back (id, shop, trigger, scope, started_at, not_before, ended_at, ended_as, first_hash, last_hash, last_customer, expected)
      select gen_random_uuid(), domain, 'nightly', 'sample', at, at, at, 'finished', 0, 0, -1, 1
      from shop, generate_series(0, ${days - 1}::int) n, lateral (select ${from}::timestamptz + n * interval '1 day' + interval '3 hours' as at) t
      where uninstalled_at is null`,
    sql`
      insert into sync_hour (shop, hour, webhooks, read, pushed, calls, delivery_times)
      select domain, ${from}::timestamptz + n * interval '1 day' + h * interval '3 hours', 9, 7, 5, 3, '{0,3,1,1,0,0,0,0}'
      from shop, generate_series(0, ${days - 1}::int) n, generate_series(1, ${HOURS_A_DAY}::int) h
      where uninstalled_at is null on conflict do nothing`,
  ]
}

function kept(from: Date, days: number): Statement[] {
  return [
    sql`
      insert into delivery (shop, id, kind, at, took_ms, profiles, outcome)
      select domain, gen_random_uuid(), 'upsert', ${from}::timestamptz + n * interval '3 hours', 90, 1, 'accepted'
      from shop, generate_series(0, ${days * 8 - 1}::int) n where uninstalled_at is null`,
    sql`
      insert into synced_minute (shop, minute, profiles)
      select domain, ${from}::timestamptz + n * interval '1 hour', 1
      from shop, generate_series(0, ${days * 24 - 1}::int) n where uninstalled_at is null on conflict do nothing`,
    sql`
      insert into flow_action_run (shop, action_run_id, received_at)
      select domain, ${from.toISOString()}::text || n, ${from}::timestamptz + n * interval '1 day'
      from shop, generate_series(0, ${days - 1}::int) n where uninstalled_at is null`,
  ]
}

function monthly(at: Date, days: number): Statement[] {
  const month = at.toISOString().slice(0, 10)
  return [
    sql`
      insert into alert (shop, id, cause, since, opened_at, detail, over_at)
      select domain, gen_random_uuid(), 'run_failed', ${at}, ${at}, '{}', ${at} from shop where uninstalled_at is null`,
    sql`
      insert into alert_message (shop, id, channel, content, created_at, first_due_at, due_at, sent_at)
      select domain, gen_random_uuid(), 'email', '{"kind": "test"}', ${at}, ${at}, ${at}, ${at} from shop where uninstalled_at is null`,
    sql`
      insert into data_request (shop, request_id, customer_id, requested_at)
      select domain, ${month}, 1, ${at} from shop where uninstalled_at is null`,
    sql`
      insert into tombstone (shop, customer_id, erased_at)
      select domain, floor(extract(epoch from ${at}::timestamptz) / 86400)::bigint, ${at} from shop where uninstalled_at is null on conflict do nothing`,
    sql`
      insert into profile_repair (shop, customer_id, repaired_at, fields)
      select domain, n, ${at}, '{email}' from shop, generate_series(1, 2) n where uninstalled_at is null
      on conflict (shop, customer_id) do update set repaired_at = excluded.repaired_at`,
    sql`
      insert into "Session" (id, shop, state, "isOnline", "accessToken", expires)
      select domain || '_' || ${month} || n, domain, '', true, repeat('s', 120), ${at}
      from shop, generate_series(1, ${Math.ceil(days / 10)}::int) n where uninstalled_at is null`,
  ]
}

/** New shops, each with customers, until there are so many with the app. */
export async function openShops(shops: number, month: number, now: Date): Promise<void> {
  await execute(
    sql`
    with missing as (
      insert into shop (domain, installed_at, filled_at)
      select 'bench-' || ${month}::int || '-' || n || '.myshopify.com', ${now}, ${now}
      from generate_series(1, ${shops}::int - (select count(*)::int from shop where uninstalled_at is null)) n returning domain
    ), connected as (
      insert into connection (shop, account_id, account_name, sealed_key, connected_at)
      select domain, domain, 'Bench', repeat('s', 90), ${now} from missing
    )
    insert into profile (shop, customer_id, state, klaviyo_id, hash, read_at, synced_at)
    select domain, n, 'synced', md5(domain || n), 'h', ${now}, ${now} from missing, generate_series(1, ${CUSTOMERS}::int) n`,
    autocommit,
  )
}

/** So many of the oldest shops uninstall the app; Shopify never asks for their erasure. */
export async function closeShops(shops: number, now: Date): Promise<void> {
  await execute(
    sql`
    update shop set uninstalled_at = ${now} where domain in (
      select domain from shop where uninstalled_at is null order by installed_at, domain limit ${shops})`,
    autocommit,
  )
}
