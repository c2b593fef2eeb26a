import { expect, test } from 'vitest'
import { type LiveFacts, liveStallOf, type RunProgress, STALLED_AFTER_MS, stallOf } from '#app/core/flow/stall.ts'

const at = (time: string) => new Date(`2026-11-21T${time}Z`)

const now = at('10:10:00')
const minuteAgo = at('10:09:00')
const since = at('10:00:00').toISOString()

/** A run that made its last progress ten minutes ago, and that a worker is working on. */
function run(given: Partial<RunProgress> = {}): RunProgress {
  return {
    state: 'reading',
    progressAt: at('10:00:00'),
    notBefore: at('10:09:59'),
    waitsFor: null,
    leasedUntil: at('10:10:10'),
    klaviyoRefusedAt: null,
    klaviyoBlockedUntil: null,
    klaviyoOutage: null,
    ...given,
  }
}

test('a run is stalled from the second minute after its last progress, not a millisecond before', () => {
  expect(STALLED_AFTER_MS).toBe(60_000)
  const second = at('10:01:00')
  expect(stallOf(run(), new Date(second.getTime() - 1))).toBeNull()
  expect(stallOf(run(), second)).toMatchObject({ since })
})

test.each(['paused', 'finished', 'failed', 'cancelled'] as const)('a run that is %s is never stalled', (state) => {
  for (const given of [{}, { klaviyoRefusedAt: at('09:00:00') }, { klaviyoBlockedUntil: at('12:00:00') }]) {
    const noLease = { leasedUntil: null, notBefore: at('09:00:00') }
    expect(stallOf(run({ state, waitsFor: 'shopify_away', ...noLease, ...given }), at('23:00:00'))).toBeNull()
  }
})

test.each(['queued', 'reading', 'delivering'] as const)('a run that is %s may be stalled', (state) => {
  expect(stallOf(run({ state }), now)).not.toBeNull()
})

test('a key that Klaviyo refuses comes before anything else that may be the reason', () => {
  const all = run({
    klaviyoRefusedAt: at('10:00:01'),
    klaviyoBlockedUntil: at('10:30:00'),
    waitsFor: 'shopify_away',
    leasedUntil: null,
    notBefore: at('10:00:00'),
  })
  expect(stallOf(all, now)).toEqual({ why: 'klaviyo_refused', since })
  expect(stallOf({ ...all, klaviyoRefusedAt: null }, now)).toEqual({
    why: 'klaviyo_throttled',
    since,
    until: at('10:30:00').toISOString(),
  })
  expect(stallOf({ ...all, klaviyoRefusedAt: null, klaviyoBlockedUntil: null }, now)).toEqual({
    why: 'no_worker',
    since,
  })
})

test('an account that may go on by now does not keep the run', () => {
  expect(stallOf(run({ klaviyoBlockedUntil: now, waitsFor: 'klaviyo_away' }), now)).toMatchObject({
    why: 'klaviyo_away',
  })
})

test('there is no worker if a run’s step has been due for more than a minute, unless a process holds the lease on the shop', () => {
  const due = (time: string, leasedUntil: Date | null) =>
    stallOf(run({ notBefore: at(time), leasedUntil, waitsFor: 'klaviyo_away' }), now)?.why
  expect(due('10:08:59', null)).toBe('no_worker')
  expect(due('10:09:00', null), 'a minute to the millisecond').toBe('klaviyo_away')
  expect(due('10:08:59', at('10:10:01'))).toBe('klaviyo_away')
  expect(due('10:08:59', now), 'a hold that has ended is none').toBe('no_worker')
  expect(due('10:20:00', null), 'a step that is not due needs no worker').toBe('klaviyo_away')
})

test.each(['shopify_preparing', 'shopify_away', 'klaviyo_importing', 'klaviyo_away'] as const)(
  'a run that was put off says for what: %s',
  (waitsFor) => {
    for (const state of ['queued', 'reading', 'delivering'] as const) {
      expect(stallOf(run({ state, waitsFor }), now)).toEqual({ why: waitsFor, since })
    }
  },
)

test('a run that nothing was said of waits for Klaviyo once all is sent, and for Shopify before', () => {
  expect(stallOf(run({ state: 'queued' }), now)).toEqual({ why: 'shopify_away', since })
  expect(stallOf(run({ state: 'reading' }), now)).toEqual({ why: 'shopify_away', since })
  expect(stallOf(run({ state: 'delivering' }), now)).toEqual({ why: 'klaviyo_importing', since })
})

test('a run that Klaviyo holds up is stalled from the second minute on, with the cause and its age', () => {
  const klaviyoOutage = { why: 'unanswered', since: at('10:09:00'), until: at('10:12:00') } as const
  const moved = run({ progressAt: minuteAgo, klaviyoOutage })
  const stalled = { since: at('10:09:00').toISOString(), until: at('10:12:00').toISOString() }
  expect(stallOf(moved, now)).toEqual({ why: 'klaviyo_away', ...stalled })
  expect(stallOf(moved, new Date(now.getTime() - 1))).toBeNull()
  const outdated = { ...klaviyoOutage, why: 'outdated' } as const
  expect(stallOf({ ...moved, klaviyoOutage: outdated }, now)).toEqual({ why: 'klaviyo_outdated', ...stalled })
  expect(stallOf({ ...moved, progressAt: at('10:09:30') }, now), 'it moves all the same').toBeNull()
})

/** A minute ago everything moved. */
function live(given: Partial<LiveFacts> = {}): LiveFacts {
  return {
    klaviyoOutage: null,
    klaviyoBlockedUntil: null,
    shopifyAwaySince: null,
    importingSince: null,
    leasedUntil: null,
    waitingSince: null,
    untakenSince: null,
    ...given,
  }
}

const liveCauses = [
  ['shopify_away', { shopifyAwaySince: minuteAgo, waitingSince: at('10:09:30') }],
  ['klaviyo_throttled', { klaviyoBlockedUntil: at('10:12:00'), waitingSince: minuteAgo }],
  ['klaviyo_importing', { importingSince: minuteAgo }],
  ['no_worker', { untakenSince: minuteAgo, waitingSince: minuteAgo }],
  ['klaviyo_away', { klaviyoOutage: { why: 'unanswered', since: minuteAgo, until: at('10:12:00') } }],
  ['klaviyo_outdated', { klaviyoOutage: { why: 'outdated', since: minuteAgo, until: at('10:12:00') } }],
  ['klaviyo_misconfigured', { klaviyoOutage: { why: 'misconfigured', since: minuteAgo, until: at('10:12:00') } }],
] as const

test.each(liveCauses)('changes that do not reach Klaviyo say why from the second minute on: %s', (why, given) => {
  expect(liveStallOf(live(given), new Date(now.getTime() - 1))).toBeNull()
  expect(liveStallOf(live(given), now)).toMatchObject({ why, since: minuteAgo.toISOString() })
})

test('nothing is said of a cause that keeps nothing waiting', () => {
  expect(liveStallOf(live(), now)).toBeNull()
  expect(liveStallOf(live({ shopifyAwaySince: at('08:00:00') }), now), 'no change waits').toBeNull()
  const throttled = { klaviyoBlockedUntil: now, waitingSince: at('08:00:00') }
  expect(liveStallOf(live(throttled), now), 'it may go on by now').toBeNull()
  const leased = { untakenSince: minuteAgo, leasedUntil: at('10:10:01') }
  expect(liveStallOf(live(leased), now), 'a worker is at it').toBeNull()
})
