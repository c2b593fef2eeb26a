export interface ThrottleStatus {
  readonly maximumAvailable: number
  readonly currentlyAvailable: number
  readonly restoreRate: number
}

// Live shops are seen at 2000/100, 4000/200 and 20000/1000 (reference, section 4).
const SECONDS_TO_FILL = 20

/** The leaky bucket of query points that one app has in one shop. */
export class PointsBucket {
  readonly restoreRate: number
  readonly maximumAvailable: number
  readonly #now: () => number
  #available: number
  #atMs: number

  constructor(restoreRate: number, now: () => number) {
    this.restoreRate = restoreRate
    this.maximumAvailable = restoreRate * SECONDS_TO_FILL
    this.#now = now
    this.#available = this.maximumAvailable
    this.#atMs = now()
  }

  /** False when there are not so many points; then none are taken. */
  take(points: number): boolean {
    this.#refill()
    if (points > this.#available) return false
    this.#available -= points
    return true
  }

  /** A query is charged what it asked for, and given back what it did not use. */
  giveBack(points: number): void {
    this.#refill()
    this.#available = Math.min(this.maximumAvailable, this.#available + points)
  }

  drain(): void {
    this.#refill()
    this.#available = 0
  }

  status(): ThrottleStatus {
    this.#refill()
    const { maximumAvailable, restoreRate } = this
    return { maximumAvailable, currentlyAvailable: Math.floor(this.#available), restoreRate }
  }

  #refill(): void {
    const nowMs = this.#now()
    const restored = ((nowMs - this.#atMs) / 1000) * this.restoreRate
    this.#available = Math.min(this.maximumAvailable, this.#available + Math.max(0, restored))
    this.#atMs = nowMs
  }
}
