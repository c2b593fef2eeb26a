import { type BudgetUse, type Endpoint, type Grant, grantCalls } from '#app/core/flow/budget.ts'
import { execute, rowsOf, sql, transaction } from './database.ts'

// Klaviyo's allowance is an account's, not a shop's: these rows are keyed by account, whichever shops are tied to it.

/** Takes up to `wanted` calls out of an account's allowance for an endpoint, among all processes that spend it. */
export async function reserveCalls(
  accountId: string,
  endpoint: Endpoint,
  { wanted, now }: { wanted: number; now: Date },
): Promise<Pick<Grant, 'granted' | 'waitMs'>> {
  return transaction(async (on) => {
    await execute(
      sql`insert into klaviyo_budget (account_id, endpoint, windows) values (${accountId}, ${endpoint.name}, '[]') on conflict do nothing`,
      on,
    )
    const [row] = await rowsOf<{ windows: BudgetUse; blocked_until: Date | null }>(
      sql`select windows, blocked_until from klaviyo_budget where account_id = ${accountId} and endpoint = ${endpoint.name} for update`,
      on,
    )
    const blockedMs = (row?.blocked_until?.getTime() ?? 0) - now.getTime()
    if (blockedMs > 0) return { granted: 0, waitMs: blockedMs }
    const { granted, waitMs, use } = grantCalls(endpoint.limits, row?.windows ?? [], wanted, now)
    await execute(
      sql`update klaviyo_budget set windows = ${JSON.stringify(use)}::jsonb, blocked_until = null
          where account_id = ${accountId} and endpoint = ${endpoint.name}`,
      on,
    )
    return { granted, waitMs }
  })
}

/** Klaviyo said 429: nobody calls this endpoint for this account before then. */
export async function blockCalls(accountId: string, endpoint: Endpoint, until: Date): Promise<void> {
  await execute(sql`
    insert into klaviyo_budget as b (account_id, endpoint, windows, blocked_until)
    values (${accountId}, ${endpoint.name}, '[]', ${until})
    on conflict (account_id, endpoint) do update set blocked_until = greatest(b.blocked_until, excluded.blocked_until)`)
}

/** Until when an account was told to wait, for any endpoint; null when it was not. */
export async function findBlockedUntil(accountId: string, now: Date): Promise<Date | null> {
  const [row] = await rowsOf<{ until: Date | null }>(
    sql`select max(blocked_until) as until from klaviyo_budget where account_id = ${accountId} and blocked_until > ${now}`,
  )
  return row?.until ?? null
}
