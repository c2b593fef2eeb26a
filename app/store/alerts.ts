import { randomUUID } from 'node:crypto'
import type { AlertCause } from '#app/core/alert/causes.ts'
import type { OpenAlert } from '#app/core/alert/decide-alerts.ts'
import type { AlertDetail } from '#app/core/alert/message.ts'
import type { Condition } from '#app/core/alert/observe.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, execute, rowsOf, type Sql, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** An alert, open or over. */
export interface Alert extends OpenAlert {
  readonly since: Date
  readonly detail: AlertDetail
  /** Null while it is open. */
  readonly overAt: Date | null
}

/** Returns the open alerts. */
export async function listOpenAlerts(shop: ShopDomain): Promise<Alert[]> {
  const found = await rowsOf<rows.alert>(
    sql`select * from alert where shop = ${shop} and over_at is null order by opened_at`,
    autocommit,
  )
  return found.map(toAlert)
}

/** Returns the alerts that were open at some time since an instant, the oldest first. */
export async function listAlertsSince(shop: ShopDomain, since: Date): Promise<Alert[]> {
  const found = await rowsOf<rows.alert>(
    sql`select * from alert where shop = ${shop} and (over_at is null or over_at >= ${since}) order by opened_at`,
    autocommit,
  )
  return found.map(toAlert)
}

/** Opens an alert. Returns its id; null if one of this cause is open already. */
export async function openAlert(
  shop: ShopDomain,
  { cause, since, detail }: Condition & { cause: AlertCause },
  now: Date,
  on: Sql,
): Promise<string | null> {
  const [row] = await rowsOf<Pick<rows.alert, 'id'>>(
    sql`
    insert into alert (shop, id, cause, since, opened_at, detail)
    select domain, ${randomUUID()}::uuid, ${cause}::text, ${since}::timestamptz, ${now}::timestamptz, ${JSON.stringify(detail)}::jsonb
    from shop where domain = ${shop}
    on conflict (shop, cause) where over_at is null do nothing returning id`,
    on,
  )
  return row?.id ?? null
}

/** Records since when the cause of an open alert is absent; null if it is present again. */
export async function saveClearSince(shop: ShopDomain, id: string, since: Date | null, on: Sql): Promise<void> {
  await execute(
    sql`update alert set clear_since = ${since} where shop = ${shop} and id = ${id}::uuid and over_at is null`,
    on,
  )
}

/** Ends an alert. Returns whether it was open. */
export async function endAlert(shop: ShopDomain, id: string, overAt: Date, on: Sql): Promise<boolean> {
  const ended = await execute(
    sql`update alert set over_at = ${overAt} where shop = ${shop} and id = ${id}::uuid and over_at is null`,
    on,
  )
  return ended === 1
}

function toAlert(row: rows.alert): Alert {
  return {
    id: row.id,
    cause: row.cause as AlertCause,
    since: row.since,
    detail: row.detail as AlertDetail,
    clearSince: row.clear_since,
    overAt: row.over_at,
  }
}
