import type { Endpoint } from '#app/core/flow/budget.ts'
import type { RequestKind, RequestPayloads, RequestState } from '#app/core/flow/outbox.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { Sql } from '#app/store/database.ts'
import type { OutboxRequest } from '#app/store/outbox.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * How the requests of one kind are sent (run-outbox.ts does the rest). `Send` is what one call needs, `Answer` what Klaviyo may say to it
 * beside the interruptions.
 */
export interface RequestModule<Kind extends RequestKind, Send, Answer extends { readonly kind: string }> {
  readonly kind: Kind
  /** The endpoint of `send`. */
  readonly endpoint: Endpoint
  /** How many requests are read at a time, and how many of them are sent at once. */
  readonly atATime: number
  readonly atOnce: number
  /** Returns, for each request in order, the calls to be made for it, or what becomes of it without any. */
  prepare(turn: ShopTurn, requests: readonly OutboxRequest<Kind>[]): Promise<readonly (readonly Send[] | Resolution)[]>
  /** Makes one call. */
  send(turn: ShopTurn, send: Send, request: OutboxRequest<Kind>): Promise<Answer | Interruption>
  /** Says what becomes of a request that Klaviyo answered. */
  resolve(
    turn: ShopTurn,
    answer: Exclude<Answer, Interruption>,
    send: Send,
    request: OutboxRequest<Kind>,
  ): Promise<Resolution> | Resolution
  /** Called after requests of a group that were not given up have ended. */
  ended?(turn: ShopTurn, requests: number): Promise<void>
}

/** What becomes of a request. `save` runs in the transaction that records it, and `saved` after that. */
export type Resolution = (Ended | Kept | Blocked | Interruption) & {
  readonly save?: (on: Sql) => Promise<void>
  readonly saved?: () => void
}

/** Nothing more is to be done: it is deleted. */
interface Ended {
  readonly kind: 'ended'
  readonly givenUp?: true
}

/** It stays, and is due after a wait. */
interface Kept {
  readonly kind: 'kept'
  readonly waitMs: number
  /** Default: 0. */
  readonly attempt?: number
  readonly state?: RequestState
  readonly remoteId?: string
  readonly payload?: RequestPayloads[RequestKind]
}

/** No request of the kind can be sent for a while. */
interface Blocked {
  readonly kind: 'blocked'
  readonly reason: string
  readonly retryMs: number
}
