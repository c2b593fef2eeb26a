import type { MessageContent } from '#app/core/alert/message.ts'
import { nextWeekly } from '#app/core/alert/weekly.ts'
import { after } from '#app/core/flow/instants.ts'
import type { CustomerParts } from '#app/core/report/customer-parts.ts'
import type { AlertChannel } from '#app/store/alert-channels.ts'
import { saveMessage } from '#app/store/alert-messages.ts'
import { planWeekly } from '#app/store/alert-watches.ts'
import { listAlertsSince } from '#app/store/alerts.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import type { Shop } from '#app/store/shops.ts'
import { listHourSums } from '#app/store/sync-hours.ts'

const WEEK_MS = 7 * 24 * 60 * 60_000

interface Week {
  /** When the summary is due; null while none is planned. */
  readonly weeklyAt: Date | null
  readonly parts: CustomerParts
  readonly channels: readonly AlertChannel[]
  readonly dueAt: Date
  readonly now: Date
}

/** Plans the weekly summary, or writes it down if it is due, and plans the next one. Plans none unless the merchant wants it. */
export async function writeWeekly(
  { domain: shop, alerts, timeZone }: Shop,
  { weeklyAt, parts, channels, dueAt, now }: Week,
): Promise<void> {
  const next = alerts.weekly ? nextWeekly(timeZone, now) : null
  const isDue = next !== null && weeklyAt !== null && weeklyAt <= now
  if (!isDue) {
    if ((weeklyAt === null) !== (next === null)) await planWeekly(shop, { before: weeklyAt, next }, autocommit)
    return
  }
  const since = after(now, -WEEK_MS)
  const [hours, told] = await Promise.all([listHourSums(shop, since), listAlertsSince(shop, since)])
  const content: MessageContent = {
    kind: 'weekly',
    synced: hours.reduce((sum, { synced }) => sum + synced, 0),
    issues: parts.invalidEmail + parts.otherIssues,
    customers: parts.customers,
    alerts: told.map(({ cause, since, overAt }) => ({
      cause,
      since: since.toISOString(),
      overAt: overAt?.toISOString() ?? null,
    })),
  }
  await transaction(async (on) => {
    if (!(await planWeekly(shop, { before: weeklyAt, next }, on))) return
    for (const { kind } of channels) await saveMessage(shop, { channel: kind, content, alert: null, dueAt }, now, on)
  })
}
