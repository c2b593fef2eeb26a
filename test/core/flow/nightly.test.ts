import fc from 'fast-check'
import { expect, test } from 'vitest'
import { nextNightly, nightlyMinute } from '#app/core/flow/nightly.ts'
import type { ShopDomain } from '#app/core/ids.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

// Clocks are changed by an hour in the first two, by half an hour in the third, never in the others.
const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Asia/Kathmandu', 'UTC']

const shops = Array.from({ length: 1_000 }, (_, i) => `shop-${i}.myshopify.com` as ShopDomain)
const quarterOf = (shop: ShopDomain) => Math.floor(nightlyMinute(shop) / 15)
/** One shop for each quarter of an hour of the night. */
const shopsOfTheNight = [...new Map(shops.map((shop) => [quarterOf(shop), shop])).values()]

/** Returns what a clock in the zone shows, computed in another way than the app does. */
function clockOf(zone: string): (at: Date) => { date: string; minute: number } {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' })
  return (at) => {
    const [date, time] = format.format(at).split(' ') as [string, string]
    return { date, minute: Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5)) }
  }
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 24 * HOUR_MS).toISOString().slice(0, 10)
}

/** Whether the zone's clock shows this minute at all, near an instant. */
function isShown(clock: ReturnType<typeof clockOf>, minute: number, near: Date): boolean {
  return Array.from({ length: 361 }, (_, i) => new Date(near.getTime() + (i - 180) * MINUTE_MS)).some(
    (at) => clock(at).minute === minute,
  )
}

test('each shop has its minute between one and five, always the same', () => {
  for (const shop of shops) {
    expect(nightlyMinute(shop)).toBeGreaterThanOrEqual(60)
    expect(nightlyMinute(shop)).toBeLessThan(300)
    expect(Number.isInteger(nightlyMinute(shop))).toBe(true)
    expect(nightlyMinute(shop)).toBe(nightlyMinute(shop))
  }
})

test('a thousand shops are spread over the night: every quarter of an hour has some, and none has many', () => {
  const counts = Array.from({ length: 16 }, (_, i) => shops.filter((shop) => quarterOf(shop) === 4 + i).length)
  expect(Math.min(...counts)).toBeGreaterThan(0)
  expect(Math.max(...counts)).toBeLessThan(125)
})

test.each(zones)('four hundred nights one after another in %s: each date once, at the shop’s minute', (zone) => {
  const clock = clockOf(zone)
  for (const shop of shopsOfTheNight) {
    let last = nextNightly(shop, zone, new Date('2026-02-10T12:00:00Z'))
    for (let night = 0; night < 400; night++) {
      const next = nextNightly(shop, zone, last)
      const shown = clock(next)
      const where = `${nightlyMinute(shop)} on ${shown.date}`
      expect(shown.date, where).toBe(dayAfter(clock(last).date))
      if (shown.minute !== nightlyMinute(shop)) {
        expect(isShown(clock, nightlyMinute(shop), next), where).toBe(false)
        expect(Math.abs(shown.minute - nightlyMinute(shop)), where).toBeLessThanOrEqual(60)
      }
      last = next
    }
  }
})

// The instants at which the zones' clocks are changed, forward and back.
const clockChanges: [string, string][] = [
  ['Europe/Berlin', '2026-03-29T01:00:00Z'],
  ['Europe/Berlin', '2026-10-25T01:00:00Z'],
  ['America/New_York', '2026-03-08T07:00:00Z'],
  ['America/New_York', '2026-11-01T06:00:00Z'],
  ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
  ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
]

test.each(clockChanges)(
  'in %s around %s, whenever it is asked, the night comes when the clock says',
  (zone, change) => {
    const clock = clockOf(zone)
    const before = (at: Date) => clock(new Date(at.getTime() - 1))
    expect((before(new Date(change)).minute + 1) % 1_440, 'clocks are set at this instant').not.toBe(
      clock(new Date(change)).minute,
    )
    for (const shop of shopsOfTheNight) {
      for (let minute = -28 * 60; minute <= 6 * 60; minute += 47) {
        const now = new Date(Date.parse(change) + minute * MINUTE_MS)
        const next = nextNightly(shop, zone, now)
        const where = `${nightlyMinute(shop)} asked at ${now.toISOString()}`
        const nextMinute = clock(new Date(now.getTime() + MINUTE_MS))
        const isToday = nextMinute.minute <= nightlyMinute(shop)
        expect(clock(next).date, where).toBe(isToday ? nextMinute.date : dayAfter(nextMinute.date))
        expect(next.getTime(), where).toBeGreaterThan(now.getTime())
        expect(next.getTime() - now.getTime(), where).toBeLessThanOrEqual(25 * HOUR_MS)
        if (clock(next).minute !== nightlyMinute(shop)) {
          expect(isShown(clock, nightlyMinute(shop), next), where).toBe(false)
        }
      }
    }
  },
)

test('a minute that is skipped when clocks are set forward comes when it would have by the old time', () => {
  const halfPastTwo = shops.find((shop) => nightlyMinute(shop) === 150)!
  const evening = new Date('2026-03-28T20:00:00Z')
  expect(nextNightly(halfPastTwo, 'Europe/Berlin', evening)).toEqual(new Date('2026-03-29T01:30:00Z'))
})

test('a minute that comes twice when clocks are set back is taken the first time only', () => {
  const halfPastTwo = shops.find((shop) => nightlyMinute(shop) === 150)!
  const first = nextNightly(halfPastTwo, 'Europe/Berlin', new Date('2026-10-24T20:00:00Z'))
  expect(first).toEqual(new Date('2026-10-25T00:30:00Z'))
  expect(nextNightly(halfPastTwo, 'Europe/Berlin', first)).toEqual(new Date('2026-10-26T01:30:00Z'))
})

test('within the nightly minute itself, the next night is returned', () => {
  const shop = shops[0]!
  const night = nextNightly(shop, 'UTC', new Date('2026-11-21T12:00:00Z'))
  const next = new Date(night.getTime() + 24 * HOUR_MS)
  for (const ms of [0, 1, 59_999]) expect(nextNightly(shop, 'UTC', new Date(night.getTime() + ms))).toEqual(next)
  expect(nextNightly(shop, 'UTC', new Date(night.getTime() - 1))).toEqual(night)
})

test.each(['Mars/Olympus_Mons', '', 'not a zone'])('an unknown zone, such as “%s”, counts as UTC', (zone) => {
  const now = new Date('2026-11-21T12:00:00Z')
  for (const shop of shopsOfTheNight) expect(nextNightly(shop, zone, now)).toEqual(nextNightly(shop, 'UTC', now))
})

test('whenever and wherever it is asked, the night is a whole minute, later than now, at most 25 hours ahead', () => {
  const instant = fc.date({ min: new Date('2026-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  fc.assert(
    fc.property(instant, fc.constantFrom(...shopsOfTheNight), fc.constantFrom(...zones), (now, shop, zone) => {
      const next = nextNightly(shop, zone, now).getTime()
      expect(next).toBeGreaterThan(now.getTime())
      expect(next - now.getTime()).toBeLessThanOrEqual(25 * HOUR_MS)
      expect(next % MINUTE_MS).toBe(0)
    }),
    { numRuns: 300 },
  )
})
