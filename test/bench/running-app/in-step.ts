import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql } from '#app/store/database.ts'

const LOOK_EVERY_MS = 20
const SOON_ENOUGH_MS = 120_000

/**
 * Resolves when these shops are in step: no run, no import, no mark but those whose customer is read a second time, in case
 * Shopify's first answer was an old one.
 */
export async function inStep(...shops: ShopDomain[]): Promise<void> {
  const until = Date.now() + SOON_ENOUGH_MS
  while (await hasWork(shops)) {
    if (Date.now() > until) throw new Error(`${shops.join(', ')} did not come in step within two minutes`)
    await wait(LOOK_EVERY_MS)
  }
}

async function hasWork(shops: readonly ShopDomain[]): Promise<boolean> {
  const [row] = await rowsOf<{ busy: boolean }>(
    sql`
    select exists (select 1 from dirty_customer where shop = any(${shops}) and not confirming)
      or exists (select 1 from outbox where shop = any(${shops}) and kind in ('import', 'run_import'))
      or exists (select 1 from sync_run where shop = any(${shops}) and state in ('queued', 'reading', 'delivering'))
      as busy`,
    autocommit,
  )
  return row!.busy
}
