import type { ApiError } from '../exchange/errors.ts'
import { valueAt } from '../json.ts'

/** One thing that Klaviyo minded in what was sent of a customer. */
export interface Refused {
  /** From the profile on, such as /attributes/email; empty when it was the whole. */
  readonly pointer: string
  readonly code: string
}

const OF_A_JOB = /^\/data\/attributes\/profiles\/data\/(\d+)/

/** Whom an account turned down and why, so that a reason that a client gives can be looked up. */
export class RefusalBook {
  readonly #refused = new Map<string, Refused[]>()
  /** Requests that got no answer, or none that could be read. */
  unanswered = 0

  /** What was minded in any request that carried this customer's `shopify_customer_id`. */
  of(customerId: string): readonly Refused[] {
    return this.#refused.get(customerId) ?? []
  }

  /** A request that was refused: one profile, or a job of many. */
  noteRequest(body: unknown, errors: readonly ApiError[]): void {
    for (const { code, source } of errors) {
      const pointer = 'pointer' in source ? source.pointer : ''
      const place = OF_A_JOB.exec(pointer)
      const carried = valueAt(body, 'data', 'attributes', 'profiles', 'data')
      const profile = place && Array.isArray(carried) ? carried[Number(place[1])] : valueAt(body, 'data')
      this.noteProfile(profile, { code, pointer: pointer.replace(place ? OF_A_JOB : /^\/data/, '') })
    }
  }

  noteProfile(profile: unknown, refused: Refused): void {
    const customerId = valueAt(profile, 'attributes', 'properties', 'shopify_customer_id')
    if (typeof customerId !== 'string') return
    this.#refused.set(customerId, [...this.of(customerId), refused])
  }
}
