import { stopsSync } from '#app/core/alert/causes.ts'
import { isTold } from '#app/core/alert/channel.ts'
import { type AlertChanges, decideAlerts } from '#app/core/alert/decide-alerts.ts'
import type { MessageContent } from '#app/core/alert/message.ts'
import { quietUntil } from '#app/core/alert/quiet-hours.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type AlertChannel, listChannels } from '#app/store/alert-channels.ts'
import { forgetUntold, saveMessage } from '#app/store/alert-messages.ts'
import { takeCheck } from '#app/store/alert-watches.ts'
import { type Alert, endAlert, listOpenAlerts, openAlert, saveClearSince } from '#app/store/alerts.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import { countFlowRequests } from '#app/store/flow-triggers.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { alertEnded, alertOpened } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'
import { observeShop } from './observe-shop.ts'
import { startWorkflows } from './start-workflows.ts'
import { writeWeekly } from './write-weekly.ts'

/** Looks at a shop if that is due: opens and ends alerts, and writes down the messages about them and the weekly summary. */
export async function checkAlerts(shop: ShopDomain, now: Date): Promise<void> {
  const taken = await takeCheck(shop, now)
  if (!taken) return
  const known = await findShop(shop)
  if (!known || known.uninstalledAt) return
  const channels = (await listChannels(shop, autocommit)).filter(isTold)
  const startsFlow = (await countFlowRequests(shop, 'sync_stopped', autocommit)) !== null
  if (channels.length === 0 && !startsFlow) return
  const dueAt = quietUntil(known.alerts.quiet, known.timeZone, now) ?? now
  const [facts, open] = await Promise.all([observeShop(shop, now), listOpenAlerts(shop)])
  const changes = decideAlerts(facts, { choice: known.alerts, open, now })
  await record(known, changes, { open, channels, dueAt, now })
  await writeWeekly(known, { ...taken, parts: facts.card.parts, channels, dueAt, now })
}

interface Telling {
  readonly open: readonly Alert[]
  readonly channels: readonly AlertChannel[]
  /** When messages may be sent: later than now in quiet hours. */
  readonly dueAt: Date
  readonly now: Date
}

async function record(known: Shop, changes: AlertChanges, telling: Telling): Promise<void> {
  const { opened, cleared, returned, over } = changes
  const { now } = telling
  const shop = known.domain
  if (opened.length + cleared.length + returned.length + over.length === 0) return
  await transaction(async (on) => {
    for (const { id } of cleared) await saveClearSince(shop, id, now, on)
    for (const { id } of returned) await saveClearSince(shop, id, null, on)
    for (const one of opened) await open(known, one, telling, on)
    for (const one of over) await end(shop, one, telling, on)
  })
  for (const { cause } of opened) alertOpened({ shop, cause })
  if (opened.some(({ cause }) => stopsSync(cause))) wakeSoon([shop])
  for (const { alert, why } of over) alertEnded({ shop, cause: alert.cause, why })
}

async function open(
  known: Shop,
  condition: AlertChanges['opened'][number],
  { channels, dueAt, now }: Telling,
  on: Sql,
): Promise<void> {
  const shop = known.domain
  const alert = await openAlert(shop, condition, now, on)
  if (alert === null) return
  const { cause, since, detail } = condition
  const content = { kind: 'opened', cause, since: since.toISOString(), detail } as const
  for (const { kind } of channels) await saveMessage(shop, { channel: kind, content, alert, dueAt }, now, on)
  if (stopsSync(cause)) await startWorkflows(known, content, channels[0]?.language ?? 'en', now, on)
}

/** Where the beginning was not tried yet, as in quiet hours, it is forgotten, and the end is not told either. */
async function end(
  shop: ShopDomain,
  { alert, overAt, why }: AlertChanges['over'][number],
  { open, channels, dueAt, now }: Telling,
  on: Sql,
): Promise<void> {
  if (!(await endAlert(shop, alert.id, overAt, on))) return
  const told = await forgetUntold(shop, alert.id, on)
  const begun = open.find(({ id }) => id === alert.id)
  if (why === 'silenced' || !begun) return
  const times = { since: begun.since.toISOString(), overAt: overAt.toISOString() }
  const content: MessageContent = { kind: 'over', cause: alert.cause, ...times, why }
  for (const { kind } of channels.filter((channel) => told.includes(channel.kind))) {
    await saveMessage(shop, { channel: kind, content, alert: alert.id, dueAt }, now, on)
  }
}
