import { expect } from 'vitest'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { clock } from './clock.ts'
import { rowsIn } from './rows.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

/** Each customer of whom there is a row or a mark, in one part, counted one by one from the rows themselves. */
const RECOUNT = `
  with customer as (
    select coalesce(p.customer_id, d.customer_id) as id, p.state, p.code, d.customer_id is not null as marked,
      exists (select 1 from outbox j where j.shop = $1 and j.kind in ('import', 'run_import') and j.id = p.request) as sending
    from (select * from profile where shop = $1 and state <> 'gone') p
    full join (select customer_id from dirty_customer where shop = $1 and not confirming) d on d.customer_id = p.customer_id
  )
  select case
      when state is null or sending then 'waiting'
      when state in ('pending', 'forgotten') then case when code = 'limit' then 'waitingAtLimit' else 'waiting' end
      when state = 'synced' then case when marked then 'waiting' else 'inSync' end
      when state = 'issue' then case when code = 'invalid_email' then 'invalidEmail' else 'otherIssues' end
      when code = 'no_email' then 'noEmail'
      when code = 'future_only' then 'futureOnly'
      when code = 'already_in_klaviyo' then 'alreadyInKlaviyo'
      else code end as part, count(*)::int as customers
  from customer group by 1 order by 1`

/**
 * Checks that the card's parts add up, and that each is what a count of all rows says. Webhooks may arrive meanwhile: the card is compared
 * once the rows are counted alike before and after it. Returns the card.
 */
export async function expectSums(sandbox: Sandbox, given: Pick<InstalledShop, 'domain'>): Promise<SyncCard> {
  for (;;) {
    const before = await recount(sandbox, given)
    const card = await loadSyncCard(given.domain, clock())
    const found = partsOf(card)
    expect(sumOf(Object.values(found)), 'the parts of the card').toBe(card.parts.customers)
    expect(Math.min(...Object.values(found)), 'no part is negative').toBeGreaterThanOrEqual(0)
    const after = await recount(sandbox, given)
    if (JSON.stringify(before) !== JSON.stringify(after)) continue
    expect(found).toEqual({ ...Object.fromEntries(Object.keys(found).map((part) => [part, 0])), ...after })
    return card
  }
}

function partsOf({ parts: { customers: _, leftOut, ...others } }: SyncCard): Record<string, number> {
  return { ...others, ...leftOut }
}

async function recount(sandbox: Sandbox, { domain }: Pick<InstalledShop, 'domain'>): Promise<Record<string, number>> {
  const rows = await rowsIn(sandbox.databaseUrl, RECOUNT, [domain])
  return Object.fromEntries(rows.map(({ part, customers }) => [part, customers]))
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0)
}
