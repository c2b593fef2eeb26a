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

/** `4 minutes ago`, `in 2 hours`, `just now`; whole units, rounded down. */
export function relativeTime(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(atMs - nowMs)
  const unit = UNITS.find(({ ms }) => distanceMs >= ms)
  if (unit === undefined || distanceMs < JUST_NOW_MS) return 'just now'
  const amount = Math.floor(distanceMs / unit.ms)
  const words = amountOfUnit(amount, unit.name)
  return atMs > nowMs ? `in ${words}` : `${words} ago`
}

/** `less than a minute left`, `about 4 minutes left`, `about 2 hours left`: no finer than such a guess can be. */
export function timeLeft(remainingMs: number): string {
  if (remainingMs < MINUTE_MS) return 'less than a minute left'
  const minutes = Math.round(remainingMs / MINUTE_MS)
  if (minutes < 90) return `about ${amountOfUnit(minutes, 'minute')} left`
  return `about ${amountOfUnit(Math.round(remainingMs / HOUR_MS), 'hour')} left`
}

/** `35 seconds`, `4 minutes`, `2 hours 5 minutes`. */
export function duration(ms: number): string {
  if (ms < MINUTE_MS) return amountOfUnit(Math.max(1, Math.round(ms / SECOND_MS)), 'second')
  const [hours, minutes] = [Math.floor(ms / HOUR_MS), Math.floor(ms / MINUTE_MS) % 60]
  if (hours === 0) return amountOfUnit(minutes, 'minute')
  return minutes === 0
    ? amountOfUnit(hours, 'hour')
    : `${amountOfUnit(hours, 'hour')} ${amountOfUnit(minutes, 'minute')}`
}

function amountOfUnit(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`
}

/** `41:07`, `1:00:00`; rounded up, so that it never says 0:00 while there is something left to wait. */
export function countdown(remainingMs: number): string {
  const seconds = Math.max(0, Math.ceil(remainingMs / SECOND_MS))
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const tail = String(rest).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`
}
