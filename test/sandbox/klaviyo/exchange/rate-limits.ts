import { type Limits, M, type OperationName, operations, XS } from '../operations.ts'

const SECOND_MS = 1_000
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** Calls counted in the present second, minute and, for a few operations, day. */
export interface WindowUse {
  readonly burst: number
  readonly steady: number
  readonly daily: number
}

export type Verdict =
  | { readonly kind: 'granted'; readonly headers: Readonly<Record<string, string>>; readonly use: WindowUse }
  | { readonly kind: 'refused'; readonly retryAfterSeconds: number; readonly early: boolean; readonly byLimit: boolean }

interface Window {
  readonly ms: number
  readonly limit: number
  /** Which second, minute or day it is, counted from 1970. */
  index: number
  used: number
}

interface Bucket {
  readonly windows: readonly Window[]
  /** Until then every call is refused: it came back before its Retry-After lapsed. */
  blockedUntil: number
  blockedByLimit: boolean
}

interface Attempt {
  readonly account: string
  readonly operation: OperationName
  readonly query: URLSearchParams
  /** The part of the quota that another integration uses up, from 0 to 1. */
  readonly background: number
  readonly now: number
}

/**
 * Fixed windows of a second and a minute (a day for some), per account and operation, aligned to the clock.
 * A call must fit in all of them; a refused call is not counted. "Immediate retries will always receive a 429":
 * once refused, the operation stays refused until Retry-After has lapsed.
 * https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling
 */
export class RateLimits {
  readonly #enforced: boolean
  readonly #buckets = new Map<string, Bucket>()

  constructor(mode: 'real' | 'off') {
    this.#enforced = mode === 'real'
  }

  take(attempt: Attempt): Verdict {
    const main = this.#bucket(attempt.account, attempt.operation, operations[attempt.operation].limits)
    const buckets = [main, ...this.#extraBuckets(attempt)]
    for (const bucket of buckets) {
      if (attempt.now < bucket.blockedUntil) return refusal(bucket, attempt.now, { early: true })
    }
    const background = this.#enforced ? attempt.background : Number.NEGATIVE_INFINITY
    for (const bucket of buckets) {
      const fullUntil = fullUntilOf(bucket, background, attempt.now)
      if (fullUntil === null) continue
      bucket.blockedUntil = attempt.now + Math.ceil((fullUntil - attempt.now) / SECOND_MS) * SECOND_MS
      bucket.blockedByLimit = true
      return refusal(bucket, attempt.now, { early: false })
    }
    for (const bucket of buckets) for (const window of bucket.windows) window.used += 1
    return { kind: 'granted', headers: headersOf(main, background), use: countsOf(main) }
  }

  /** A storm of 429 asked for by a test: it lasts as long as its Retry-After says, like a real one. */
  block(account: string, operation: OperationName, until: number): void {
    const bucket = this.#bucket(account, operation, operations[operation].limits)
    bucket.blockedUntil = Math.max(bucket.blockedUntil, until)
    bucket.blockedByLimit = false
  }

  clear(): void {
    this.#buckets.clear()
  }

  /** Some additional fields and includes are counted a second time, against a stricter limit. */
  #extraBuckets({ account, operation, query }: Attempt): Bucket[] {
    const extra: Bucket[] = []
    const added = `${query.get('additional-fields[profile]')},${query.get('additional-fields[list]')}`
    const included = operation === 'get_profile' ? (query.get('include') ?? '').split(',') : []
    if (included.includes('lists') || included.includes('segments')) {
      extra.push(this.#bucket(account, `${operation} include`, XS))
    }
    if (added.includes('predictive_analytics'))
      extra.push(this.#bucket(account, `${operation} predictive_analytics`, M))
    if (`${added},${query.get('additional-fields[segment]')}`.includes('profile_count')) {
      extra.push(this.#bucket(account, `${operation} profile_count`, XS))
    }
    return extra
  }

  #bucket(account: string, name: string, limits: Limits): Bucket {
    const key = `${account} ${name}`
    let bucket = this.#buckets.get(key)
    if (bucket === undefined) {
      const windows = [windowOf(SECOND_MS, limits.burst), windowOf(MINUTE_MS, limits.steady)]
      if (limits.daily !== undefined) windows.push(windowOf(DAY_MS, limits.daily))
      bucket = { windows, blockedUntil: 0, blockedByLimit: true }
      this.#buckets.set(key, bucket)
    }
    return bucket
  }
}

function windowOf(ms: number, limit: number): Window {
  return { ms, limit, index: -1, used: 0 }
}

/** When the fullest window ends; null while the call still fits in all of them. */
function fullUntilOf(bucket: Bucket, background: number, now: number): number | null {
  let until: number | null = null
  for (const window of bucket.windows) {
    const index = Math.floor(now / window.ms)
    if (index !== window.index) {
      window.index = index
      window.used = 0
    }
    if (window.used >= leftOver(window, background)) until = (index + 1) * window.ms
  }
  return until
}

/** What another integration leaves of a window; without limits, everything and more. */
function leftOver(window: Window, background: number): number {
  return window.limit - Math.round(window.limit * background)
}

function refusal(bucket: Bucket, now: number, { early }: { early: boolean }): Verdict {
  const retryAfterSeconds = Math.max(1, Math.ceil((bucket.blockedUntil - now) / SECOND_MS))
  return { kind: 'refused', retryAfterSeconds, early, byLimit: bucket.blockedByLimit }
}

/** As recorded: the list names both windows, while `remaining` is the burst window's and `reset` is always 0. */
function headersOf(bucket: Bucket, background: number): Record<string, string> {
  const [burst, steady] = bucket.windows
  const allowed = leftOver(burst!, Math.max(0, background))
  return {
    'ratelimit-limit': `${burst!.limit}, ${burst!.limit};w=1, ${steady!.limit};w=60`,
    'ratelimit-remaining': String(Math.max(0, allowed - burst!.used)),
    'ratelimit-reset': '0',
  }
}

function countsOf(bucket: Bucket): WindowUse {
  const [burst, steady, daily] = bucket.windows
  return { burst: burst!.used, steady: steady!.used, daily: daily?.used ?? 0 }
}
