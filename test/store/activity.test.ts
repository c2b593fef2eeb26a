import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { type ActivityCursor, type ActivityRow, listActivityRows } from '#app/store/activity.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { startBaselineRun } from '#app/store/run-starts.ts'
import { addToHour, addWebhooksToHour } from '#app/store/sync-hours.ts'
import { cancelOpenRun } from '#app/store/sync-runs.ts'
import { at, givenShop, useStore } from './given-store.ts'

useStore()

const HOUR_MS = 60 * 60_000
const hour = (number: number) => new Date(at('00:00:00').getTime() - number * HOUR_MS)

/** A run that was requested at an instant, and has ended. */
async function givenRun(shop: ShopDomain, now: Date): Promise<string> {
  const id = await transaction((on) => startBaselineRun(shop, { by: '7', now }, on))
  await transaction((on) => cancelOpenRun(shop, 'superseded', now, on))
  return id
}

const all = (shop: ShopDomain) => listActivityRows(shop, { after: null, limit: 1_000 })
/** When a run began, or when an hour ends. */
const instantOf = (row: ActivityRow) =>
  row.kind === 'run' ? row.run.requestedAt : new Date(row.startedAt.getTime() + 3_600_000)
const nameOf = (row: ActivityRow) => (row.kind === 'run' ? row.run.id : `hour of ${row.startedAt.toISOString()}`)

test('a shop in which nothing was done has no activity', async () => {
  expect(await all(await givenShop())).toEqual([])
})

test('runs and hours are listed together, newest first, the current hour before all, each with its counts', async () => {
  const shop = await givenShop()
  const early = await givenRun(shop, at('09:30:00'))
  const late = await givenRun(shop, at('10:30:00'))
  await addToHour(shop, { read: 5, pushed: 2, unchanged: 1, excluded: 1, issues: 1 }, at('10:15:00'), autocommit)
  await addToHour(shop, { read: 1, pushed: 1 }, at('09:59:59'), autocommit)

  expect(await all(shop)).toMatchObject([
    {
      kind: 'hour',
      startedAt: at('10:00:00'),
      ...{ webhooks: 0, read: 5, pushed: 2, unchanged: 1, excluded: 1, issues: 1 },
    },
    { kind: 'run', run: { id: late, kind: 'baseline', state: 'cancelled', startedBy: '7' } },
    { kind: 'hour', startedAt: at('09:00:00'), read: 1, pushed: 1 },
    { kind: 'run', run: { id: early } },
  ])
})

test('an hour in which changes were only reported is listed; one without any is not', async () => {
  const shop = await givenShop()
  await addWebhooksToHour(new Map([[shop, 1]]), at('10:15:00'))
  await addWebhooksToHour(new Map([[shop, 2]]), at('10:45:00'))
  await addToHour(shop, {}, at('11:15:00'), autocommit)
  await addToHour(shop, { calls: 4, throttled: 1, unreadable: 2 }, at('12:15:00'), autocommit)

  expect(await all(shop)).toMatchObject([{ kind: 'hour', startedAt: at('10:00:00'), webhooks: 3, read: 0 }])
})

/** Sixty entries: 28 hours and 32 runs, of which most begin at the same instant as an hour or as one another. */
async function givenSixty(shop: ShopDomain): Promise<void> {
  for (let i = 0; i < 28; i++) await addToHour(shop, { read: i + 1 }, hour(i), autocommit)
  for (let i = 0; i < 14; i++) await givenRun(shop, hour(2 * i))
  for (let i = 0; i < 12; i++) await givenRun(shop, hour(6))
  for (let i = 0; i < 6; i++) await givenRun(shop, new Date(hour(3).getTime() + i))
}

async function pagesOf(shop: ShopDomain, limit: number): Promise<ActivityRow[][]> {
  const pages: ActivityRow[][] = []
  let after: ActivityCursor | null = null
  do {
    const page = await listActivityRows(shop, { after, limit })
    pages.push(page)
    after = page.at(-1)?.cursor ?? null
  } while (after)
  return pages
}

test('page by page each entry comes exactly once, newest first, even where many began at once', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  await givenSixty(shop)
  await givenSixty(other)
  const whole = await all(shop)
  expect(whole).toHaveLength(60)
  expect(new Set(whole.map(nameOf)).size).toBe(60)
  const instants = whole.map((row) => instantOf(row).getTime())
  expect(instants).toEqual(instants.toSorted((a, b) => b - a))

  for (const limit of [1, 7, 10, 59, 60, 61]) {
    const pages = await pagesOf(shop, limit)
    expect(pages.flat().map(nameOf), `pages of ${limit}`).toEqual(whole.map(nameOf))
    expect(Math.max(...pages.map((page) => page.length))).toBeLessThanOrEqual(limit)
  }
})

test('what begins while someone turns the pages shifts none of them', async () => {
  const shop = await givenShop()
  await givenSixty(shop)
  const before = (await all(shop)).map(nameOf)
  const first = await listActivityRows(shop, { after: null, limit: 20 })
  await givenRun(shop, at('12:00:00'))
  await addToHour(shop, { read: 1 }, at('12:00:00'), autocommit)

  const rest = await listActivityRows(shop, { after: first.at(-1)!.cursor, limit: 100 })

  expect([...first, ...rest].map(nameOf)).toEqual(before)
})

test('what was done in another shop is never shown', async () => {
  const [shop, other] = [await givenShop(), await givenShop()]
  await givenRun(other, at('10:30:00'))
  await addToHour(other, { read: 9 }, at('10:00:00'), autocommit)
  const own = await givenRun(shop, at('10:30:00'))
  expect((await all(shop)).map(nameOf)).toEqual([own])
})
