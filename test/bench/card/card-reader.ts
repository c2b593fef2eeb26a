// A process that loads the card again and again, as the page's loader does.
import '#test/support/environment.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { openStore } from '#app/store/database.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { answerCalls } from '../process/remote-calls.ts'

export const calls = { read }
await openStore(process.env.DATABASE_URL!)
answerCalls(calls)

/** How long each of `times` loads took, in ms. */
async function read({ domain, times }: { domain: string; times: number }): Promise<number[]> {
  const tookMs: number[] = []
  for (let i = 0; i < times; i++) {
    const startedAt = performance.now()
    await loadSyncCard(domain as ShopDomain, new Date())
    tookMs.push(performance.now() - startedAt)
  }
  return tookMs
}
