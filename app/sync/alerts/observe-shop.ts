import type { AlertFacts } from '#app/core/alert/observe.ts'
import { isSilent } from '#app/core/flow/webhook-silence.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { isMetafieldTopic } from '#app/core/loyalty/last-heard.ts'
import { findHeldRun } from '#app/store/run-checks.ts'
import { findFailedRun, findLastComparison } from '#app/store/sync-runs.ts'
import { listWebhookTopics } from '#app/store/webhook-topics.ts'
import { loadSyncCard } from '../report/load-sync-card.ts'

/** Returns what is known of a shop now, from what its pages show: an alert never says anything that the card does not. */
export async function observeShop(shop: ShopDomain, now: Date): Promise<AlertFacts> {
  const [card, failedRun, heldRun, comparison, topics] = await Promise.all([
    loadSyncCard(shop, now),
    findFailedRun(shop),
    findHeldRun(shop),
    findLastComparison(shop),
    listWebhookTopics(shop),
  ])
  const lastReceivedAt = topics.find(({ topic }) => !isMetafieldTopic(topic))?.receivedAt ?? null
  const isSilentNow = comparison !== null && isSilent(comparison, lastReceivedAt)
  return {
    card,
    failedRun,
    heldRun,
    silence: isSilentNow ? { foundAt: comparison.finishedAt, customers: comparison.unannounced } : null,
  }
}
