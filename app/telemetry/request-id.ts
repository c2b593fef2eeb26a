import { AsyncLocalStorage } from 'node:async_hooks'
import { randomUUID } from 'node:crypto'

/** What proxies and tracing tools send; anything else could be personal data, or break a line. */
const WELL_FORMED = /^[0-9a-zA-Z][0-9a-zA-Z_-]{7,63}$/

const current = new AsyncLocalStorage<string>()

/** Returns the id that a request brought in `x-request-id` if it is well-formed, otherwise a new one. */
export function requestIdOf(header: string | readonly string[] | undefined): string {
  return typeof header === 'string' && WELL_FORMED.test(header) ? header : randomUUID()
}

/** Log lines written by `work`, and by what it starts, carry the request's id. */
export function inRequest<Result>(id: string, work: () => Result): Result {
  return current.run(id, work)
}

/** For work that one request begins for others as well: its log lines carry no id. */
export function outsideRequests<Result>(work: () => Result): Result {
  return current.exit(work)
}

/** Undefined outside requests. */
export function currentRequestId(): string | undefined {
  return current.getStore()
}
