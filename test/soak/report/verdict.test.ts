import { expect, test } from 'vitest'
import { soakOptions } from '../options.ts'
import { findings, isPassed, type ProcessResult, type SoakFigures } from './verdict.ts'

const options = soakOptions(['--minutes', '10'])

const web: ProcessResult = {
  name: 'web 1',
  kills: 0,
  crashes: 0,
  complaints: [],
  failures: {},
  peakMb: 200,
  live: { mbBefore: 60, mbAfter: 68, growthMbPerMinute: 4 },
}

const good: SoakFigures = {
  seconds: 600,
  shops: 200,
  customers: 50_000,
  webhooks: { sent: 300_000, acknowledged: 300_000, retried: 900, givenUp: 0, perSecond: 500 },
  delays: { count: 5_000, p50: 400, p95: 1_200, longest: 20_000, overHalfMinute: 0, missing: 0 },
  law: { customers: 50_000, synced: 47_000, differing: 0, differences: [] },
  restSeconds: 60,
  left: { changes: 0, requests: 0, runs: 0, asked: 0 },
  processes: [web],
  accidents: { kills: 30, freezes: 9, hung: 80 },
  klaviyo: { calls: 90_000, overLimit: 0 },
  machine: {
    cores: 2,
    loadBefore: 0.3,
    busy: 0.9,
    used: { ours: 0.8, database: 0.4, standIns: 0.6, soak: 0.1 },
  },
}

const passes = (figures: Partial<SoakFigures>, strict = false) =>
  isPassed(findings({ ...good, ...figures }, options), { strict })

test('a soak in which everything is as it must be is passed', () => {
  expect(passes({}, true)).toBe(true)
})

test.each<[string, Partial<SoakFigures>]>([
  ['a customer differs', { law: { ...good.law, differing: 1 } }],
  ['work is left', { left: { ...good.left, changes: 1 } }],
  ['Shopify gave a webhook up', { webhooks: { ...good.webhooks, givenUp: 1 } }],
  ['a change never reached Klaviyo', { delays: { ...good.delays, missing: 1 } }],
  ['a process ended by itself', { processes: [{ ...web, crashes: 1 }] }],
  ['a process grows', { processes: [{ ...web, live: { mbBefore: 60, mbAfter: 168, growthMbPerMinute: 4 } }] }],
  ['a process takes too much memory', { processes: [{ ...web, peakMb: 900 }] }],
])('it fails when %s', (_what, figures) => {
  expect(passes(figures)).toBe(false)
})

test.each<[string, Partial<SoakFigures>]>([
  ['small shops wait', { delays: { ...good.delays, p95: 9_000 } }],
  ['fewer webhooks were sent than asked for', { webhooks: { ...good.webhooks, perSecond: 200 } }],
  ['no change was timed', { delays: { ...good.delays, count: 0, p95: Number.NaN } }],
])('it fails only if it is strict when %s', (_what, figures) => {
  expect(passes(figures)).toBe(true)
  expect(passes(figures, true)).toBe(false)
})

test('what is being worked on may grow, as long as nothing of it is kept', () => {
  const busy = { ...web, live: { mbBefore: 60, mbAfter: 62, growthMbPerMinute: 20 } }

  expect(passes({ processes: [busy] }, true)).toBe(true)
})
