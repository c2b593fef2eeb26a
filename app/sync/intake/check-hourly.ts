import { afterPage, CHANGED_PAGE, looksBackTo, nextHourly, pauseMs } from '#app/core/flow/hourly-check.ts'
import { after } from '#app/core/flow/instants.ts'
import { listChangedCustomers } from '#app/shopify/changed-customers.ts'
import { findHourlyCheck, listOutdated, saveHourlyCheck, scheduleHourly } from '#app/store/hourly-checks.ts'
import { saveMarks } from '#app/store/marks.ts'
import { shopifyUnreadable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

const AGAIN_MS = 60_000

/**
 * Reads a page of the customers that Shopify names as changed, if the hourly check is due, and marks those that changed after they were last
 * read. A page whose marks are saved and whose end is not is only read again. Returns whether it asked for one.
 */
export async function checkHourly({ shop, clock }: ShopTurn): Promise<boolean> {
  const check = await findHourlyCheck(shop)
  const now = clock()
  if (!check || (check.nextAt && check.nextAt > now)) return false
  if (!check.nextAt) {
    await scheduleHourly(shop, nextHourly(shop, now))
    return false
  }
  const since = looksBackTo(check, now)
  const answer = await listChangedCustomers(shop, { since, after: check.cursor, size: CHANGED_PAGE })
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    const isThrottled = answer.kind === 'throttled'
    const nextAt = after(now, isThrottled ? answer.retryAfterMs : AGAIN_MS)
    // Shopify may refuse a cursor for good: the check begins again with its first page.
    const stands = isThrottled ? check : { ...check, cursor: null }
    await saveHourlyCheck(shop, stands, { nextAt, doneAt: null })
    return true
  }
  const changed = answer.data.customers.filter(({ updatedAt }) => updatedAt >= since)
  const outdated = await listOutdated(shop, changed)
  if (outdated.length > 0) {
    const marks = outdated.map((customer) => ({ shop, ...customer, changes: 1, heard: 'hourly_check' as const }))
    await saveMarks(marks, clock())
  }
  const stands = afterPage({ ...check, since }, answer.data)
  const isDone = stands.cursor === null
  const nextAt = isDone ? nextHourly(shop, now) : after(now, pauseMs(answer.pointsAvailable))
  await saveHourlyCheck(shop, stands, { nextAt, doneAt: isDone ? now : null })
  return true
}
