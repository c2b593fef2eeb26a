import type { ShopifyFaults } from '../faults.ts'
import type { Customer } from './customer.ts'
import type { CustomerBook } from './customer-book.ts'
import type { CustomerChange } from './customer-change.ts'

export interface StaleViewOptions {
  readonly domain: string
  readonly customers: CustomerBook
  readonly faults: ShopifyFaults
  readonly now: () => number
}

interface Version {
  readonly customer: Customer
  readonly untilMs: number
  readsLeft: number
}

/** Reads by id through a replica that may lag behind, so that they show the version before the last change. */
export class StaleView {
  readonly #options: StaleViewOptions
  readonly #previous = new Map<string, Version>()

  constructor(options: StaleViewOptions) {
    this.#options = options
  }

  remember(change: CustomerChange): void {
    if (change.kind === 'removed') this.#previous.delete(change.before.id)
    if (!('before' in change && 'after' in change)) return
    const { faults, domain, now } = this.#options
    const fault = faults.strike('stale-reads', { shop: domain, change: change.kind })
    if (!fault) return
    const { id } = change.before
    const customer = this.#previous.get(id)?.customer ?? change.before
    const untilMs = fault.forMs === undefined ? Number.POSITIVE_INFINITY : now() + fault.forMs
    const readsLeft = fault.reads ?? (fault.forMs === undefined ? 1 : Number.POSITIVE_INFINITY)
    this.#previous.set(id, { customer, untilMs, readsLeft })
  }

  read(id: string): Customer | null {
    const version = this.#previous.get(id)
    if (version) {
      version.readsLeft--
      if (version.readsLeft >= 0 && version.untilMs > this.#options.now()) return version.customer
      this.#previous.delete(id)
    }
    return this.#options.customers.get(id) ?? null
  }
}
