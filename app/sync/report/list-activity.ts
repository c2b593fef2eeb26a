import { customerTopics } from '#app/core/flow/customer-topics.ts'
import { isSilent } from '#app/core/flow/webhook-silence.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type Heard, isMetafieldTopic, lastHeard } from '#app/core/loyalty/last-heard.ts'
import type { ActivityEntry, ActivityPage, HeardSource, Silence, WebhookTopic } from '#app/core/report/activity.ts'
import { type ActivityCursor, type ActivityRow, listActivityRows } from '#app/store/activity.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { findLastComparison } from '#app/store/sync-runs.ts'
import { listWebhookTopics } from '#app/store/webhook-topics.ts'
import { findSurroundings, runReport, type Surroundings } from './run-report.ts'

/**
 * A page of runs and of hours of automatic syncing, newest first. `after` is the cursor of the previous page; null or an invalid one starts
 * at the newest. `viewer` is the member of staff who sees the page.
 */
export async function listActivity(
  shop: ShopDomain,
  { after, limit, viewer, now }: { after: string | null; limit: number; viewer: string | null; now: Date },
): Promise<ActivityPage> {
  const [known, rows, surroundings, stored, comparison] = await Promise.all([
    findShop(shop),
    listActivityRows(shop, { after: after === null ? null : parseCursor(after), limit: limit + 1 }),
    findSurroundings(shop, now),
    listWebhookTopics(shop),
    findLastComparison(shop),
  ])
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  const topics = stored.filter(({ topic }) => !isMetafieldTopic(topic))
  const lastReceivedAt = topics[0]?.receivedAt ?? null
  return {
    asOf: now.toISOString(),
    timeZone: surroundings.timeZone,
    entries: shown.map((row) => toEntry(row, surroundings, { viewer, now })),
    next: rows.length > limit && last ? cursorText(last.cursor) : null,
    topics: everyTopic(topics),
    sources: known ? sourcesOf(known, { topics: stored, nightlyAt: comparison?.finishedAt ?? null }) : [],
    silence: comparison && isSilent(comparison, lastReceivedAt) ? toSilence(comparison, lastReceivedAt) : null,
  }
}

function toEntry(
  row: ActivityRow,
  surroundings: Surroundings,
  view: { viewer: string | null; now: Date },
): ActivityEntry {
  if (row.kind === 'run') return { kind: 'run', run: runReport(row.run, surroundings, view) }
  const { webhooks, read, pushed, unchanged, excluded, issues } = row
  const startedAt = row.startedAt.toISOString()
  return { kind: 'hour', startedAt, webhooks, read, pushed, unchanged, excluded, issues }
}

function everyTopic(topics: readonly { topic: string; receivedAt: Date }[]): WebhookTopic[] {
  const known = topics.map(({ topic, receivedAt }) => ({ topic, receivedAt: receivedAt.toISOString() }))
  const never = customerTopics.filter((topic) => !topics.some((one) => one.topic === topic))
  return [...known, ...never.map((topic) => ({ topic, receivedAt: null }))]
}

function sourcesOf({ mapping, hourlyDoneAt }: Shop, heard: Omit<Heard, 'hourlyAt'>): HeardSource[] {
  const sent = mapping.mapping.values.filter(({ on }) => on)
  return sent.map(({ source, name: property }) => {
    const last = lastHeard(source, { ...heard, hourlyAt: hourlyDoneAt })
    return { source, property, by: last?.by ?? null, at: last?.at.toISOString() ?? null }
  })
}

function toSilence(comparison: { finishedAt: Date; unannounced: number }, lastReceivedAt: Date | null): Silence {
  return {
    lastReceivedAt: lastReceivedAt?.toISOString() ?? null,
    foundAt: comparison.finishedAt.toISOString(),
    customers: comparison.unannounced,
  }
}

function cursorText({ at, key }: ActivityCursor): string {
  return `${at.toISOString()} ${key}`
}

const CURSOR = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) (hour|[0-9a-f-]{36})$/

function parseCursor(text: string): ActivityCursor | null {
  const [, time = '', key = ''] = CURSOR.exec(text) ?? []
  const at = new Date(time)
  return Number.isNaN(at.getTime()) ? null : { at, key }
}
