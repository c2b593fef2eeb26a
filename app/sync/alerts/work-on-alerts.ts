import type { ShopDomain } from '#app/core/ids.ts'
import { listShopsWithAlertWork } from '#app/store/alert-watches.ts'
import { alertsFailed, sweepFailed } from '../events.ts'
import { checkAlerts } from './check-alerts.ts'
import { sendMessage } from './send-message.ts'

/** Shops that are worked on at once: one whose mail server hangs does not hold up the others. */
const AT_ONCE = 4
const SHOPS_AT_A_TIME = 100
/** The most messages of one shop in a row. */
const MESSAGES_IN_A_ROW = 10
/** The next round comes a minute later. */
const LONGEST_ROUND_MS = 50_000

/**
 * One round over all shops that have alerts, each once: looks at those that are due, and sends the messages that are. It ends at the latest
 * after most of a minute; the next one goes on with what has waited longest.
 */
export async function workOnAlerts({ clock, signal }: { clock: () => Date; signal: AbortSignal }): Promise<void> {
  const endsAt = performance.now() + LONGEST_ROUND_MS
  const seen = new Set<ShopDomain>()
  const isOver = () => signal.aborted || performance.now() > endsAt
  try {
    while (!isOver()) {
      const found = await listShopsWithAlertWork(clock(), SHOPS_AT_A_TIME)
      const shops = found.filter((shop) => !seen.has(shop))
      if (shops.length === 0) return
      for (const shop of shops) seen.add(shop)
      const left = shops.values()
      await Promise.all(Array.from({ length: AT_ONCE }, () => workThrough(left, clock, isOver)))
    }
  } catch (error) {
    sweepFailed(error)
  }
}

async function workThrough(shops: Iterable<ShopDomain>, clock: () => Date, isOver: () => boolean): Promise<void> {
  for (const shop of shops) {
    if (isOver()) return
    try {
      await checkAlerts(shop, clock())
      for (let sent = 0; sent < MESSAGES_IN_A_ROW && !isOver(); sent++) {
        if ((await sendMessage(shop, null, clock)) === null) break
      }
    } catch (error) {
      alertsFailed(shop, error)
    }
  }
}
