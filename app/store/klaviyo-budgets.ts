import { type BudgetUse, type Endpoint, type Grant, grantCalls } from '#app/core/flow/budget.ts'
import { after } from '#app/core/flow/instants.ts'
import { type KlaviyoOutage, type OutageCause, outageWaitMs, TRIAL_MS } from '#app/core/flow/klaviyo-outage.ts'
import { autocommit, execute, rowsOf, sql, transaction } from './database.ts'
import type * as rows from './generated/rows.ts'

// Klaviyo's rate limits apply to an account, not to a shop: these rows are keyed by account, whichever shops are connected to it. An app that
// was installed by OAuth has a quota of its own in the account. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling

/** Whose allowance the calls of a connection use: the account's, which all its keys share, or that of the app in it. */
export function quotaOf({ accountId, kind }: { accountId: string; kind: string }): string {
  return kind === 'oauth' ? `${accountId} oauth` : accountId
}

/** Calls reserved while an endpoint fails: the one on trial, and one that carries nothing to compare its answer with. */
const TRIAL_CALLS = 2

/** Calls that were granted, or how long to wait for some. */
export interface Reserved extends Pick<Grant, 'granted' | 'waitMs' | 'usedShare'> {
  /** Set while the endpoint fails: one call is granted to find out whether it still does. */
  readonly failing?: true
}

/**
 * Takes up to `wanted` calls from an account's allowance for an endpoint, which all processes share. While the endpoint fails, one call at
 * a time is granted among all processes.
 */
export async function reserveCalls(
  quota: string,
  endpoint: Endpoint,
  { wanted, now }: { wanted: number; now: Date },
): Promise<Reserved> {
  return transaction(async (on) => {
    await execute(
      sql`insert into klaviyo_budget (account_id, endpoint, windows) values (${quota}, ${endpoint.name}, '[]') on conflict do nothing`,
      on,
    )
    const [row] = await rowsOf<Pick<rows.klaviyo_budget, 'windows' | 'blocked_until' | 'failures'>>(
      sql`select windows, blocked_until, failures from klaviyo_budget where account_id = ${quota} and endpoint = ${endpoint.name} for update`,
      on,
    )
    const failing = (row?.failures ?? 0) > 0
    const blockedMs = (row?.blocked_until?.getTime() ?? 0) - now.getTime()
    if (blockedMs > 0) return { granted: 0, waitMs: blockedMs, usedShare: 1, ...(failing && { failing }) }
    const { granted, waitMs, use, usedShare } = grantCalls(
      endpoint.limits,
      (row?.windows as BudgetUse | undefined) ?? [],
      failing ? TRIAL_CALLS : wanted,
      now,
    )
    const blockedUntil = failing && granted > 0 ? after(now, TRIAL_MS) : null
    await execute(
      sql`update klaviyo_budget set windows = ${JSON.stringify(use)}::jsonb, blocked_until = ${blockedUntil}, used_at = ${now}
          where account_id = ${quota} and endpoint = ${endpoint.name}`,
      on,
    )
    return failing ? { granted: Math.min(1, granted), waitMs, usedShare, failing } : { granted, waitMs, usedShare }
  })
}

/**
 * Records that calls to an endpoint fail. No process calls it before the returned `until`, which is later with each failure in a row. `isNews`
 * unless calls to this endpoint or another already failed for the same reason.
 */
export async function saveFailure(
  quota: string,
  endpoint: Endpoint,
  { why, now }: { why: OutageCause; now: Date },
): Promise<{ until: Date; isNews: boolean }> {
  return transaction(async (on) => {
    const [known] = await rowsOf(sql`select 1 from klaviyo_budget where failing_why = ${why} limit 1`, on)
    const [row] = await rowsOf<Pick<rows.klaviyo_budget, 'failures'>>(
      sql`insert into klaviyo_budget as b (account_id, endpoint, windows, failures, failing_since, failing_why)
          values (${quota}, ${endpoint.name}, '[]', 1, ${now}, ${why})
          on conflict (account_id, endpoint) do update set failures = b.failures + 1,
            failing_since = coalesce(b.failing_since, excluded.failing_since), failing_why = excluded.failing_why
          returning failures`,
      on,
    )
    const until = after(now, outageWaitMs(why, row?.failures ?? 1, `${quota}:${endpoint.name}`))
    await execute(
      sql`update klaviyo_budget set blocked_until = ${until}, used_at = ${now} where account_id = ${quota} and endpoint = ${endpoint.name}`,
      on,
    )
    return { until, isNews: known === undefined }
  })
}

/** Records that an endpoint answers again. */
export async function clearFailure(quota: string, endpoint: Endpoint): Promise<void> {
  await execute(
    sql`
    update klaviyo_budget set failures = 0, failing_since = null, failing_why = null, blocked_until = null
    where account_id = ${quota} and endpoint = ${endpoint.name} and failures > 0`,
    autocommit,
  )
}

/** An endpoint that no process needed to call for this long after its wait may have recovered, and is no longer reported. */
const TRIED_WITHIN_MS = 30_000

/** Why calls of an account fail, of several endpoints the worst and oldest reason; null while none fails. */
export async function findOutage(quota: string, now: Date): Promise<KlaviyoOutage | null> {
  const [row] = await rowsOf<{ failing_why: OutageCause; failing_since: Date; blocked_until: Date | null }>(
    sql`
    select failing_why, failing_since, blocked_until from klaviyo_budget where account_id = ${quota} and failures > 0 and blocked_until > ${after(now, -TRIED_WITHIN_MS)}
    order by failing_why <> 'unanswered' desc, failing_since limit 1`,
    autocommit,
  )
  if (!row) return null
  return { why: row.failing_why, since: row.failing_since, until: row.blocked_until ?? row.failing_since }
}

/** Records that Klaviyo answered 429: no process calls this endpoint for this account before then. */
export async function blockCalls(quota: string, endpoint: Endpoint, until: Date): Promise<void> {
  await execute(
    sql`
    insert into klaviyo_budget as b (account_id, endpoint, windows, blocked_until, used_at)
    values (${quota}, ${endpoint.name}, '[]', ${until}, ${until})
    on conflict (account_id, endpoint) do update set used_at = greatest(b.used_at, excluded.used_at), failures = 0, failing_since = null, failing_why = null,
      blocked_until = case when b.failures > 0 then excluded.blocked_until else greatest(b.blocked_until, excluded.blocked_until) end`,
    autocommit,
  )
}

/** Returns until when each of these accounts must wait, for any endpoint, because of 429 answers; one that never did is left out. */
export async function findBlockedAccounts(quotas: readonly string[]): Promise<Map<string, Date>> {
  if (quotas.length === 0) return new Map()
  const rows = await rowsOf<Pick<rows.klaviyo_budget, 'account_id'> & { until: Date }>(
    sql`
    select account_id, max(blocked_until) as until from klaviyo_budget
    where account_id = any(${quotas}::text[]) and failures = 0 and blocked_until is not null group by account_id`,
    autocommit,
  )
  return new Map(rows.map((row) => [row.account_id, row.until]))
}

/** Returns until when the account must wait, for any endpoint, because of 429 answers; null if it need not. */
export async function findBlockedUntil(quota: string, now: Date): Promise<Date | null> {
  const [row] = await rowsOf<{ until: Date | null }>(
    sql`select max(blocked_until) as until from klaviyo_budget where account_id = ${quota} and blocked_until > ${now} and failures = 0`,
    autocommit,
  )
  return row?.until ?? null
}
