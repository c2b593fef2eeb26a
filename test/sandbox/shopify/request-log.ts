/** One request that reached the stand-in. */
export interface LoggedRequest {
  readonly at: number
  readonly door: 'graphql' | 'token' | 'download' | 'unknown'
  readonly host: string
  readonly path: string
  /** GraphQL operation names, `token exchange`, `token refresh` or `download`. */
  readonly operations: readonly string[]
  readonly status: number
  /** Points asked for and points charged; null where nothing costs points or nothing was carried out. */
  readonly requestedCost: number | null
  readonly actualCost: number | null
  /** The shop whose token was presented, or null. */
  readonly tokenShop: string | null
  readonly throttled: boolean
  /** A credential was sent where none belongs: Google's storage must never see Shopify's token. */
  readonly leaked: boolean
}

// Old requests are forgotten, their counts are not: a benchmark makes millions.
const KEPT = 20_000

export class RequestLog {
  #requests: LoggedRequest[] = []
  #counts = new Map<string, number>()
  #leaks: LoggedRequest[] = []

  add(request: LoggedRequest): void {
    if (this.#requests.length >= KEPT) this.#requests = this.#requests.slice(KEPT / 2)
    this.#requests.push(request)
    for (const name of request.operations) this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1)
    if (request.leaked) this.#leaks.push(request)
  }

  all(): readonly LoggedRequest[] {
    return this.#requests
  }

  of(operation: string): readonly LoggedRequest[] {
    return this.#requests.filter(({ operations }) => operations.includes(operation))
  }

  leaks(): readonly LoggedRequest[] {
    return this.#leaks
  }

  /** Requests the stand-in had no answer for. */
  unknown(): readonly LoggedRequest[] {
    return this.#requests.filter(({ door }) => door === 'unknown')
  }

  /** By operation. */
  counts(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#counts)
  }

  clear(): void {
    this.#requests = []
    this.#leaks = []
    this.#counts.clear()
  }
}
