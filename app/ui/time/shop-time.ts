import type { ShopNow } from './shop-clock.tsx'

type Clock = Pick<ShopNow, 't' | 'language' | 'timeZone'>

const HOUR_MS = 60 * 60_000

/** In English `Nov 21, 2026 at 9:56 PM`, by the shop's own clock. */
export function shopTime(at: Date, clock: Clock): string {
  return clock.t('time.dateAndTime', { date: shopDate(at, clock), time: shopClockTime(at, clock) })
}

/** In English `9:56 PM`, by the shop's own clock. */
export function shopClockTime(at: Date, clock: Clock): string {
  return formatted(at, clock, 'time')
}

/** In English `9:56 PM` on the shop's own day of `nowMs`, `Nov 21, 2026 at 9:56 PM` on any other. */
export function shopTimeBrief(at: Date, now: ShopNow): string {
  return isToday(at, now) ? shopClockTime(at, now) : shopTime(at, now)
}

/** The same within a sentence: `at 9:56 PM`, `on Nov 21, 2026 at 9:56 PM`. */
export function shopTimeInSentence(at: Date, now: ShopNow): string {
  const time = shopClockTime(at, now)
  return isToday(at, now) ? now.t('time.atTime', { time }) : now.t('time.onDate', { date: shopDate(at, now), time })
}

/** The same after "since": `since 9:56 PM`, `since Nov 21, 2026 at 9:56 PM`. */
export function shopTimeSince(at: Date, now: ShopNow): string {
  const time = shopClockTime(at, now)
  return isToday(at, now)
    ? now.t('time.sinceTime', { time })
    : now.t('time.sinceDate', { date: shopDate(at, now), time })
}

/** In English `2 PM–3 PM`; with minutes where the zone's hours do not begin with those of UTC. */
export function shopHour(startedAt: Date, clock: Clock): string {
  const isFullHour = /\b00$/.test(formatted(startedAt, { ...clock, language: 'de' }, 'time'))
  const words = (at: Date) => formatted(at, clock, isFullHour ? 'hour' : 'time')
  return clock.t('time.hour', { start: words(startedAt), end: words(new Date(startedAt.getTime() + HOUR_MS)) })
}

/** In English `Nov 21, 2026`, by the shop's own calendar. */
function shopDate(at: Date, clock: Pick<ShopNow, 'language' | 'timeZone'>): string {
  return formatted(at, clock, 'date')
}

function isToday(at: Date, now: ShopNow): boolean {
  return shopDate(at, now) === shopDate(new Date(now.nowMs), now)
}

/** `2026-11-21 20:56:03 UTC`. */
export function utcTime(at: Date): string {
  return `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
}

const shapes = {
  date: { dateStyle: 'medium' },
  time: { timeStyle: 'short' },
  hour: { hour: 'numeric' },
} as const satisfies Record<string, Intl.DateTimeFormatOptions>

/** The spaces of Intl differ from runtime to runtime (a narrow one before "PM" in one, a plain one in the next): the server's text must be the browser's. */
function formatted(at: Date, clock: Pick<ShopNow, 'language' | 'timeZone'>, shape: keyof typeof shapes): string {
  return formatOf(clock, shape)
    .format(at)
    .replace(/[\u00a0\u202f\u2009]/g, ' ')
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(
  { language, timeZone }: Pick<ShopNow, 'language' | 'timeZone'>,
  shape: keyof typeof shapes,
): Intl.DateTimeFormat {
  const name = `${language} ${timeZone} ${shape}`
  const known = formats.get(name)
  if (known !== undefined) return known
  const format = newFormat(language, isKnownZone(timeZone) ? timeZone : 'UTC', shape)
  formats.set(name, format)
  return format
}

/** A browser older than the zone's name knows no such zone. */
function isKnownZone(timeZone: string): boolean {
  try {
    return newFormat('en', timeZone, 'time') !== null
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

function newFormat(language: string, timeZone: string, shape: keyof typeof shapes): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat(`${language}-u-nu-latn-ca-gregory`, { timeZone, ...shapes[shape] })
}
