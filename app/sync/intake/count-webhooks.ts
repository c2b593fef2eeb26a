import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { addWebhooksToHour } from '#app/store/sync-hours.ts'
import { webhooksUncounted } from '../events.ts'

const BETWEEN_SAVES_MS = 1_000

const counts = new Map<ShopDomain, number>()
let saving = false

/**
 * Adds webhooks to their shops' hourly counts, within about a second and without being awaited, so that webhooks are not answered later for
 * it. The count is for the activity page only: the last second's count of a process that is killed is lost.
 */
export function countWebhooks(taken: Iterable<{ readonly shop: ShopDomain; readonly changes: number }>): void {
  for (const { shop, changes } of taken) counts.set(shop, (counts.get(shop) ?? 0) + changes)
  if (!saving) void saveAll()
}

async function saveAll(): Promise<void> {
  saving = true
  while (counts.size > 0) {
    await saveWebhookCounts()
    await wait(BETWEEN_SAVES_MS, undefined, { ref: false })
  }
  saving = false
}

let saved = Promise.resolve()

/** Resolves when everything counted so far is saved. For a process that is about to end. */
export function saveWebhookCounts(): Promise<void> {
  saved = saved.then(saveSome)
  return saved
}

async function saveSome(): Promise<void> {
  const taken = new Map(counts)
  counts.clear()
  if (taken.size > 0) await addWebhooksToHour(taken, databaseNow()).catch(webhooksUncounted)
}
