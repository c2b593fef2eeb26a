import type { AccountState } from '../account/account-state.ts'
import type { Faults } from '../faults/faults.ts'
import type { OperationName } from '../operations.ts'

/** A request that was let in: its key is known, its budget is taken, its body is JSON. */
export interface Call {
  readonly account: AccountState
  readonly faults: Faults
  readonly operation: OperationName
  /** The parts of the path in braces. */
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  /** undefined when nothing was sent. */
  readonly body: unknown
  readonly bodyBytes: number
  /** Where the stand-in answers, such as http://127.0.0.1:4001. */
  readonly base: string
  /** Path and query as they were asked for. */
  readonly target: string
  readonly now: number
}

/** What goes back. Without a document the answer has no body. */
export interface Answer {
  readonly status: number
  readonly document?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** How many profiles the request carried, for the log. */
  readonly profiles?: number
}

export type Handler = (call: Call) => Answer

export type Handlers = Partial<Record<OperationName, Handler>>
