import type { ShopNow } from './shop-clock.tsx'

type Words = Pick<ShopNow, 't' | 'language'>

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const UNITS = [
  { name: 'year', ms: 365 * DAY_MS },
  { name: 'month', ms: 30 * DAY_MS },
  { name: 'day', ms: DAY_MS },
  { name: 'hour', ms: HOUR_MS },
  { name: 'minute', ms: MINUTE_MS },
  { name: 'second', ms: SECOND_MS },
] as const

/** Nearer than this no number is worth reading. */
const JUST_NOW_MS = 5 * SECOND_MS

/** In English `4 minutes ago`, `in 2 hours`, `just now`; whole units, rounded down. */
export function relativeTime(atMs: number, { nowMs, t, language }: Words & { nowMs: number }): string {
  const distanceMs = Math.abs(atMs - nowMs)
  const unit = UNITS.find(({ ms }) => distanceMs >= ms)
  if (unit === undefined || distanceMs < JUST_NOW_MS) return t('time.justNow')
  const amount = Math.floor(distanceMs / unit.ms)
  return plainSpaces(new Intl.RelativeTimeFormat(language).format(atMs > nowMs ? amount : -amount, unit.name))
}

/** In English `less than a minute left`, `about 4 minutes left`, `about 2 hours left`: no finer than such a guess can be. */
export function timeLeft(remainingMs: number, words: Words): string {
  if (remainingMs < MINUTE_MS) return words.t('time.lessThanAMinuteLeft')
  const minutes = Math.round(remainingMs / MINUTE_MS)
  const duration =
    minutes < 90 ? amountOf(minutes, 'minute', words) : amountOf(Math.round(remainingMs / HOUR_MS), 'hour', words)
  return words.t('time.left', { duration })
}

/** In English `35 seconds`, `4 minutes`, `2 hours 5 minutes`. */
export function duration(ms: number, words: Words): string {
  if (ms < MINUTE_MS) return amountOf(Math.max(1, Math.round(ms / SECOND_MS)), 'second', words)
  const [hours, minutes] = [Math.floor(ms / HOUR_MS), Math.floor(ms / MINUTE_MS) % 60]
  if (hours === 0) return amountOf(minutes, 'minute', words)
  if (minutes === 0) return amountOf(hours, 'hour', words)
  return words.t('time.hoursAndMinutes', {
    hours: amountOf(hours, 'hour', words),
    minutes: amountOf(minutes, 'minute', words),
  })
}

function amountOf(amount: number, unit: 'second' | 'minute' | 'hour', { language }: Words): string {
  return plainSpaces(new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(amount))
}

/** The spaces of Intl differ from runtime to runtime; the server's text must be the browser's. */
function plainSpaces(text: string): string {
  return text.replace(/[\u00a0\u202f]/g, ' ')
}

/** `41:07`, `1:00:00`; rounded up, so that it never says 0:00 while there is something left to wait. */
export function countdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / SECOND_MS))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const tail = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
