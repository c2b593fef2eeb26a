import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { rowsOf, sql } from '#app/store/database.ts'

const LOOK_EVERY_MS = 20

/** Resolves when nothing is left to do for these shops: no mark, no import, no run. */
export async function atRest(shops: readonly ShopDomain[], withinMs = 120_000): Promise<void> {
  const until = Date.now() + withinMs
  while (await hasWork(shops)) {
    if (Date.now() > until) throw new Error(`${shops.join(', ')} did not come to rest within ${withinMs} ms`)
    await wait(LOOK_EVERY_MS)
  }
}

async function hasWork(shops: readonly ShopDomain[]): Promise<boolean> {
  const [row] = await rowsOf<{ busy: boolean }>(sql`
    select exists (select 1 from dirty_customer where shop = any(${shops}))
      or exists (select 1 from import_job where shop = any(${shops}))
      or exists (select 1 from sync_run where shop = any(${shops}) and state in ('queued', 'reading', 'delivering'))
      as busy`)
  return row!.busy
}
