import { describe, expect, test } from 'vitest'
import type { ActivityEntry, ActivityPage, HourReport, RunEnd, RunReport } from '#app/core/report/activity.ts'
import { RecentActivity } from '#app/ui/activity/recent-activity.tsx'
import { drawnHtml, textIn } from './drawn.tsx'
import { givenReport, NOON } from './given-card.ts'

const done = { trigger: 'nightly', startedBy: null } as const

describe('a run', () => {
  test.each<[string, string, RunReport]>([
    ['Success', 'Finished', givenReport()],
    ['Success', 'Finished', givenReport({ issues: 3 })],
    ['Warning', 'Cancelled', givenReport({ state: 'cancelled', end: { why: 'superseded' } })],
    ['Critical', 'Failed', givenReport({ state: 'failed', end: { why: 'shopify_away' } })],
    ['Warning', 'Paused', givenReport({ state: 'paused', endedAt: null })],
    ['Info', 'In progress', givenReport({ state: 'reading', endedAt: null })],
    ['Subdued', 'Waiting to start', givenReport({ state: 'queued', endedAt: null })],
    [
      'Warning',
      'Stalled',
      givenReport({ state: 'reading', endedAt: null, stall: { why: 'no_worker', since: '2026-11-21T11:41:00.000Z' } }),
    ],
  ])('has an icon (%s) and words (%s) for how it stands', (tone, words, run) => {
    const html = pageHtml([runEntry(run)])
    expect(html).toContain(`aria-label="Full sync: ${words}. Show the run"`)
    expect(firstEntry(html)).toMatch(new RegExp(`^<li[^>]*><span[^>]*><span class="[^"]*Icon--tone${tone}"`))
  })

  test('leads to its own page', () => {
    expect(pageHtml([runEntry(givenReport({ id: 'run-9' }))])).toContain('href="/app/runs/run-9"')
  })

  test.each<[string, Pick<RunReport, 'trigger' | 'startedBy'>]>([
    ['Started by you ·', { trigger: 'by_hand', startedBy: { staff: '42', isYou: true } }],
    ['Started manually ·', { trigger: 'by_hand', startedBy: null }],
    ['Started after connecting ·', { trigger: 'connecting', startedBy: null }],
    [
      'Started when the integration was turned on, by you ·',
      { trigger: 'switched_on', startedBy: { staff: '42', isYou: true } },
    ],
    ['Started automatically, at night ·', { trigger: 'nightly', startedBy: null }],
    ['Started because many customers changed at once ·', { trigger: 'storm', startedBy: null }],
  ])('shows what started it: %s', (words, began) => {
    expect(pageText([runEntry(givenReport(began))])).toContain(words)
  })

  test('that a colleague started links to the staff member, since only a number is known', () => {
    const html = pageHtml([runEntry(givenReport({ startedBy: { staff: '4711', isYou: false } }))])
    expect(html).toMatch(
      /target="_blank"[^>]*href="https:\/\/admin\.shopify\.com\/store\/ada\/settings\/account\/4711"/,
    )
    expect(textIn(html)).toContain('Started by a staff member')
  })

  test('shows its times by the shop’s clock, and its counts', () => {
    const text = pageText([runEntry(givenReport({ issues: 3 }))])
    expect(text).toContain('Nov 21, 2026 at 12:56 PM')
    expect(text).toContain('Ended Nov 21, 2026 at 12:59 PM')
    expect(text).toContain('Read 1,000 Sent to Klaviyo 600 Unchanged 392 Left out 8 Issues 3')
  })

  test('that compared shows what it repaired, or that there were no differences', () => {
    const night = { ...done, kind: 'reconcile' } as const
    expect(pageText([runEntry(givenReport({ ...night, pushed: 12 }))])).toContain('Repaired 12 profiles.')
    expect(pageText([runEntry(givenReport({ ...night, pushed: 0 }))])).toContain('No differences found.')
    expect(pageText([runEntry(givenReport({ ...night, pushed: 0, state: 'failed' }))])).not.toContain(
      'nothing to repair',
    )
  })

  test('that recorded customers shows that', () => {
    const text = pageText([runEntry(givenReport({ kind: 'baseline', trigger: 'switched_on', excluded: 990 }))])
    expect(text).toContain('Recorded 990 customers as they were.')
    expect(text).not.toContain('Left out')
  })

  test('under way shows how far it is and how long it will take', () => {
    const html = pageHtml([runEntry(givenReport({ state: 'reading', endedAt: null, read: 400, remainingMs: 30_000 }))])
    expect(html).toContain('value="40"')
    expect(textIn(html)).toContain('400 of 1,000 customers read.')
    expect(textIn(html)).toContain('less than a minute left')
    expect(textIn(html)).not.toContain('Ended')
  })

  test('that was cancelled shows which staff member did it', () => {
    const end = (isYou: boolean) => ({ why: 'cancelled_by_hand', by: { staff: '4711', isYou } }) as const
    expect(pageText([runEntry(givenReport({ state: 'cancelled', end: end(true) }))])).toContain('Cancelled by you')
    expect(pageHtml([runEntry(givenReport({ state: 'cancelled', end: end(false) }))])).toContain(
      '/settings/account/4711',
    )
  })

  test('that Shopify refused carries Shopify’s own words', () => {
    const end: RunEnd = { why: 'shopify_refused', words: 'Internal error' }
    expect(pageText([runEntry(givenReport({ state: 'failed', end }))])).toContain('Shopify says: Internal error')
  })
})

describe('an hour of automatic syncing', () => {
  test('is shown with its start, its end and its counts', () => {
    const text = pageText([hourEntry('2026-11-21T10:00:00.000Z')])
    expect(text).toContain('Automatic syncing, 11 AM–12 PM')
    expect(text).toContain('Messages from Shopify 40 Read 30 Sent to Klaviyo 20 Unchanged 6 Left out 3 Issues 1')
    expect(text).not.toContain('so far')
  })

  test('that is not over is marked “so far”', () => {
    expect(pageText([hourEntry(NOON)])).toContain('Automatic syncing, 1 PM–2 PM so far')
  })
})

describe('the page', () => {
  test('without entries explains what will be shown', () => {
    expect(pageText([])).toContain('Nothing has been synced yet')
  })

  test('has a foot where there is more, and none where there is not', () => {
    expect(pageHtml([runEntry(givenReport())])).not.toContain('aria-label="Next"')
    expect(pageHtml([runEntry(givenReport())], { next: 'older' })).toContain('aria-label="Next"')
  })

  test('shows when each topic was last received', () => {
    const topics = [
      { topic: 'customers/update', receivedAt: '2026-11-21T11:59:00.000Z' },
      { topic: 'customers/merge', receivedAt: null },
      { topic: 'customers/new_one', receivedAt: null },
    ]
    const text = pageText([], { topics })
    expect(text).toContain('A customer was changed customers/update Nov 21, 2026 at 12:59 PM')
    expect(text).toContain('Two customers were merged customers/merge Never')
    expect(text).toContain('Something else changed customers/new_one Never')
  })

  test('shows when each mapped value was last heard of, and how', () => {
    const at = '2026-11-21T11:59:00.000Z'
    const sources = [
      {
        source: { kind: 'metafield', namespace: 'mage', key: 'loyalty', type: 'json', path: ['points_balance'] },
        by: 'event',
      },
      { source: { kind: 'tag', prefix: 'vip:' }, by: 'webhook' },
      { source: { kind: 'store_credit' }, by: 'nightly_check' },
    ] as const
    const never = { source: sources[2].source, property: 'Never heard', by: null, at: null }
    const text = pageText([], { sources: [...sources.map((one, i) => ({ ...one, property: `P${i}`, at })), never] })
    expect(text).toContain('P0 mage.loyalty → points_balance Shopify reported a change: Nov 21, 2026 at 12:59 PM')
    expect(text).toContain('P1 Tag that begins with “vip:” Shopify reported a change of tags: Nov 21, 2026')
    expect(text).toContain('P2 Store credit balance Nightly check: Nov 21, 2026')
    expect(text).toContain('Never heard Store credit balance Never')
    expect(pageText([], {})).not.toContain('Loyalty and custom fields')
  })

  test('warns when Shopify’s webhooks do not arrive, and explains what to do', () => {
    const silence = { lastReceivedAt: '2026-11-19T13:02:00.000Z', foundAt: '2026-11-21T02:30:00.000Z', customers: 17 }
    const text = pageText([], { silence })
    expect(text).toContain('Shopify last reported a change on Nov 19, 2026 at 2:02 PM.')
    expect(text).toContain(
      'The nightly check found 17 customers at 3:30 AM who had changed without Shopify reporting it.',
    )
    expect(text).toContain('contact the person who runs Lockstep for you')
    expect(pageText([], { silence: { ...silence, lastReceivedAt: null } })).toContain(
      'Nothing was ever received from Shopify.',
    )
    expect(pageText([])).not.toContain('contact support')
  })
})

function runEntry(run: RunReport): ActivityEntry {
  return { kind: 'run', run }
}

function hourEntry(startedAt: string): ActivityEntry {
  const hour: HourReport = { webhooks: 40, read: 30, pushed: 20, unchanged: 6, excluded: 3, issues: 1 }
  return { kind: 'hour', startedAt, ...hour }
}

function pageHtml(entries: readonly ActivityEntry[], differs: Partial<ActivityPage> = {}): string {
  const page = {
    asOf: NOON,
    timeZone: 'Europe/Berlin',
    entries,
    next: null,
    topics: [],
    sources: [],
    silence: null,
    ...differs,
  }
  return drawnHtml(
    <RecentActivity
      shop="ada.myshopify.com"
      page={page}
      readBacks={null}
      readBackActions={{ start: () => undefined, stop: () => undefined, busy: false }}
      notRefreshed={false}
      onPrevious={null}
      onNext={page.next === null ? null : () => undefined}
    />,
  )
}

function pageText(...asked: Parameters<typeof pageHtml>): string {
  return textIn(pageHtml(...asked))
}

function firstEntry(html: string): string {
  return html.slice(html.indexOf('<li'))
}
