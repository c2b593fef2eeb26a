import { after } from '../flow/instants.ts'
import { datesIn } from '../flow/shop-day.ts'

/** What happened lately, for the chart on the home page. */
export interface History {
  /** IANA name, the shop's own. */
  readonly timeZone: string
  /** The present hour and the 23 before: each begins at an instant, as ISO 8601. */
  readonly hours: Series
  /** Today and the 29 days before, as dates of the shop's zone: `2026-11-27`. */
  readonly days: Series
}

/** Numbers by time, oldest first: all lists are equally long. */
export interface Series {
  readonly starts: readonly string[]
  /** Changes that Shopify reported. */
  readonly changes: readonly number[]
  /** Profiles that were sent, each time that one was. */
  readonly synced: readonly number[]
  /** Customers that could not be synced. */
  readonly issues: readonly number[]
}

interface Sums {
  readonly changes: number
  readonly synced: number
  readonly issues: number
}

const HOUR_MS = 60 * 60_000
const DAY_MS = 24 * HOUR_MS
const HOURS = 24
const DAYS = 30

/** Returns from when on hours are needed: 30 days that may have begun in another offset. */
export function historyFrom(now: Date): Date {
  return after(now, -(DAYS + 1) * DAY_MS)
}

/** Returns the chart's numbers from the hours in which anything happened. An hour belongs to the day in which it begins. */
export function historyOf(
  hours: readonly (Sums & { readonly hour: Date })[],
  { timeZone, now }: { timeZone: string; now: Date },
): History {
  const dateOf = datesIn(timeZone)
  const thisHour = new Date(Math.floor(now.getTime() / HOUR_MS) * HOUR_MS)
  const hourStarts = Array.from({ length: HOURS }, (_, i) => after(thisHour, (i - HOURS + 1) * HOUR_MS).toISOString())
  // A date has no hours that clocks could move.
  const today = new Date(`${dateOf(now)}T00:00:00Z`)
  const dates = Array.from({ length: DAYS }, (_, i) =>
    after(today, (i - DAYS + 1) * DAY_MS)
      .toISOString()
      .slice(0, 10),
  )
  return {
    timeZone,
    hours: seriesOf(hourStarts, hours, ({ hour }) => hour.toISOString()),
    days: seriesOf(dates, hours, ({ hour }) => dateOf(hour)),
  }
}

function seriesOf<Hour extends Sums>(
  starts: readonly string[],
  hours: readonly Hour[],
  startOf: (hour: Hour) => string,
): Series {
  const places = new Map(starts.map((start, place) => [start, place]))
  const series = { starts, changes: zeros(starts), synced: zeros(starts), issues: zeros(starts) }
  for (const hour of hours) {
    const place = places.get(startOf(hour))
    if (place === undefined) continue
    series.changes[place]! += hour.changes
    series.synced[place]! += hour.synced
    series.issues[place]! += hour.issues
  }
  return series
}

function zeros(starts: readonly string[]): number[] {
  return starts.map(() => 0)
}
