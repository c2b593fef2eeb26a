import { expect, test } from 'vitest'
import { type ShopifyTrouble, shopifyTroubles } from '#app/core/flow/shopify-trouble.ts'
import type { RunEnd, RunReport } from '#app/core/report/activity.ts'
import type { RunCancel } from '#app/core/report/integration-change.ts'
import type { Stall } from '#app/core/report/sync-card.ts'
import { cancelToast, notCancelled, runProgressWords, stallWords } from '#app/ui/copy/runs.ts'
import { CancelWords } from '#app/ui/runs/cancel-dialog.tsx'
import { openRun } from '#app/ui/runs/open-run.ts'
import { RunDetails } from '#app/ui/runs/run-details.tsx'
import { drawnHtml, drawnText, now, t, textIn } from './drawn.tsx'
import { givenReport, givenRun } from './given-card.ts'

const sentence = /^[A-Z].*[.]$/
const since = '2026-11-21T11:41:00.000Z'

const ends: Record<RunEnd['why'], RunEnd> = {
  cancelled_by_hand: { why: 'cancelled_by_hand', by: null },
  superseded: { why: 'superseded' },
  reset: { why: 'reset' },
  disconnected: { why: 'disconnected' },
  another_account: { why: 'another_account' },
  uninstalled: { why: 'uninstalled' },
  unanswered: { why: 'unanswered' },
  shopify_away: { why: 'shopify_away' },
  shopify_refused: { why: 'shopify_refused', words: 'Internal error' },
}

test('every early end has words of its own', () => {
  const words = Object.values(ends).map(({ why }) => t(`runs.ends.${why}`))
  for (const each of words) expect(each).toMatch(sentence)
  expect(new Set(words).size).toBe(words.length)
})

const refusals = Object.fromEntries(shopifyTroubles.map((why) => [why, { why, since }])) as Record<
  ShopifyTrouble,
  Stall
>

const stalls: Record<Stall['why'], Stall> = {
  ...refusals,
  shopify_preparing: { why: 'shopify_preparing', since },
  shopify_away: { why: 'shopify_away', since },
  klaviyo_throttled: { why: 'klaviyo_throttled', since, until: '2026-11-21T13:30:00.000Z' },
  klaviyo_refused: { why: 'klaviyo_refused', since },
  klaviyo_importing: { why: 'klaviyo_importing', since },
  klaviyo_away: { why: 'klaviyo_away', since },
  klaviyo_outdated: { why: 'klaviyo_outdated', since },
  klaviyo_misconfigured: { why: 'klaviyo_misconfigured', since },
  no_worker: { why: 'no_worker', since },
}

test('every stall shows since when and why', () => {
  const words = Object.values(stalls).map((stall) => stallWords(now, stall))
  for (const each of words) expect(each).toMatch(/^Stalled since 12:41 PM: .*\.$/)
  expect(new Set(words).size).toBe(words.length)
  expect(stallWords(now, stalls.klaviyo_throttled)).toContain('2:30 PM')
  expect(stallWords(now, stalls.no_worker)).toMatch(/contact <support>support<\/support>\./i)
})

test('until the first customer is read the page shows how many Shopify has prepared', () => {
  const preparing = { read: 0, rowsWritten: 12_000, expected: 50_000 }
  expect(runProgressWords(t, givenRun(preparing))).toBe('Shopify has prepared 12,000 of 50,000 customers.')
  expect(runProgressWords(t, givenRun({ ...preparing, expected: null }))).toBe(
    'Shopify has prepared 12,000 customers so far.',
  )
  expect(runProgressWords(t, givenRun({ ...preparing, read: 250 }))).toBe('250 of 50,000 customers read.')
})

test('a run that sends nothing does not claim to have sent', () => {
  const over = { state: 'delivering', read: 1000 } as const
  expect(runProgressWords(t, givenRun({ ...over, kind: 'baseline' }))).toBe('All 1,000 customers read.')
  expect(runProgressWords(t, givenRun({ ...over, kind: 'reconcile' }))).toBe('All 1,000 customers read and compared.')
})

test('a paused run is still open, one that ended is not', () => {
  expect(openRun(givenReport({ state: 'paused' }))?.state).toBe('paused')
  for (const state of ['finished', 'failed', 'cancelled'] as const) expect(openRun(givenReport({ state }))).toBeNull()
})

test('the dialog shows what cancelling keeps, what is not synced, and what will sync it later', () => {
  const text = drawnText(<CancelWords run={givenRun({ expected: 12_000, read: 4_000 })} nightly />)
  expect(text).toContain('Profiles that were sent stay in Klaviyo.')
  expect(text).toContain('4,000 of 12,000 customers were read; the rest is not synced by this run.')
  expect(text).toContain('The nightly check compares the rest and sends the differences.')
})

test('no nightly check is promised where it is off, nor by itself', () => {
  const promise = 'The nightly check compares the rest'
  expect(drawnText(<CancelWords run={givenRun()} nightly={false} />)).not.toContain(promise)
  expect(drawnText(<CancelWords run={givenRun({ kind: 'reconcile', trigger: 'nightly' })} nightly />)).not.toContain(
    promise,
  )
})

const cancels: Record<RunCancel['kind'], RunCancel> = {
  cancelled: { kind: 'cancelled' },
  confirmed: { kind: 'confirmed' },
  not_held: { kind: 'not_held' },
  over: { kind: 'over' },
  not_cancellable: { kind: 'not_cancellable' },
}

test('the result of cancelling is a toast when the run is over, and stays on the page when it is not', () => {
  expect(cancelToast(t, cancels.cancelled)).toBe('Cancelled')
  expect(cancelToast(t, cancels.over)).toBe('The run had already ended')
  expect(cancelToast(t, cancels.confirmed)).toBe('The run goes on')
  expect(cancelToast(t, cancels.not_held)).toBe('The run no longer waits')
  expect(cancelToast(t, cancels.not_cancellable)).toBeNull()
  expect(notCancelled(t, cancels.not_cancellable)).toMatch(sentence)
  expect(notCancelled(t, cancels.over)).toBeNull()
})

test('a run’s own page shows all its counts, its progress and its duration', () => {
  const text = textIn(detailsHtml(givenReport({ issues: 3 })))
  for (const words of [
    'Finished',
    '3 customers with an issue',
    'Read 1,000 of 1,000 customers',
    'Sent to Klaviyo 600',
    'Unchanged 392',
    'Left out 8',
    'Issues 3',
    'Started by you',
    'Duration 3 minutes',
  ]) {
    expect(text).toContain(words)
  }
})

test('on its own page an open run can be cancelled, one that is over cannot', () => {
  const open = { endedAt: null, state: 'reading' } as const
  expect(detailsHtml(givenReport(open))).toContain('aria-label="Cancel the full sync"')
  expect(detailsHtml(givenReport({ ...open, kind: 'catch_up' }))).not.toContain('Cancel the')
  expect(detailsHtml(givenReport())).not.toContain('Cancel the')
})

test('a catch-up that replaced a run cannot be cancelled, and the page shows what to do instead', () => {
  const catchingUp = givenReport({ kind: 'catch_up', state: 'reading', endedAt: null })
  expect(textIn(detailsHtml(catchingUp, cancels.not_cancellable))).toContain('To pause it, turn the integration off.')
})

function detailsHtml(run: RunReport, answer: RunCancel | null = null): string {
  return drawnHtml(
    <RunDetails
      shop="ada.myshopify.com"
      run={run}
      nightly
      notRefreshed={false}
      cancelling={{ cancel: () => undefined, confirm: () => undefined, cancelling: false, answer }}
    />,
  )
}
