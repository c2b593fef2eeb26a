import type { IncomingMessage } from 'node:http'
import type { AccountState } from '../account/account-state.ts'
import { type OperationName, operations } from '../operations.ts'
import { type Route, routeOf } from '../route-table.ts'
import type { Key, Sandbox } from '../sandbox.ts'
import {
  authenticationFailed,
  gone,
  invalid,
  notAuthenticated,
  permissionDenied,
  Refusal,
  throttled,
} from './errors.ts'

// "A revision is supported for 2 years" (changelog page); this one is the oldest of November 2026.
const OLDEST_REVISION = '2024-10-15'
const REVISION = /^\d{4}-\d{2}-\d{2}(\.[\w-]+)?$/
const SCHEME = 'Klaviyo-API-Key '
const BEARER = 'Bearer '

/** What is known of a request so far. It is filled in step by step, so that a refused request is logged as far as it came. */
export interface Visit {
  readonly request: IncomingMessage
  readonly url: URL
  readonly now: number
  shownKey: string | null
  key: Key | null
  route: Route | null
  /** Sent with every answer from here on. */
  headers: Record<string, string>
}

/** A request that may go on to its body. */
export interface Admission {
  readonly route: Route
  readonly account: AccountState
  /** Who pays for the call. */
  readonly quota: string
}

/**
 * Everything that is checked before a body is looked at: path, revision, key, budget, scopes. Klaviyo answers 403 to a key
 * without the scope whatever the body says, so `POST {}` tells whether a key may.
 */
export function admit(sandbox: Sandbox, visit: Visit): Admission {
  const route = routeOf(visit.request.method ?? 'GET', visit.url.pathname)
  visit.route = route
  checkRevision(visit.request)
  const key = keyOf(sandbox, visit)
  visit.key = key
  visit.headers = { cid: key.account.id }
  const shutOut = sandbox.faults.strike(['unauthorized'], { operation: route.operation, account: key.account.id })
  if (shutOut !== null) throw new Refusal([authenticationFailed(401)])
  takeBudget(sandbox, visit, { account: key.account.id, quota: key.quota, operation: route.operation })
  checkScopes(key, route)
  return { route, account: key.account, quota: key.quota }
}

function checkRevision(request: IncomingMessage): void {
  const revision = request.headers.revision
  if (typeof revision !== 'string' || !REVISION.test(revision)) {
    throw new Refusal([invalid('A valid revision header is required, such as 2026-07-15.', '/data/')])
  }
  if (revision < OLDEST_REVISION) throw new Refusal([gone(`Revision ${revision} has been retired.`)])
}

function keyOf(sandbox: Sandbox, visit: Visit): Key {
  const shown = visit.request.headers.authorization
  if (shown === undefined) throw new Refusal([notAuthenticated()])
  if (shown.startsWith(BEARER)) return bearerOf(sandbox, visit, shown.slice(BEARER.length))
  visit.shownKey = shown.startsWith(SCHEME) ? shown.slice(SCHEME.length).trim() : shown
  const key = sandbox.keys.get(visit.shownKey)
  if (key === undefined) throw new Refusal([authenticationFailed(sandbox.disputed.unknownKey)])
  return key
}

/** An access token that has expired or whose app is uninstalled is answered as a wrong one (recorded). */
function bearerOf({ oauth, accounts }: Sandbox, visit: Visit, token: string): Key {
  visit.shownKey = token
  const bearer = oauth.bearer(token)
  if (bearer === null) throw new Refusal([authenticationFailed(401)])
  const { installation, scopes } = bearer
  return { account: accounts.get(installation.accountId)!, quota: installation.quota, scopes }
}

interface Payer {
  readonly account: string
  readonly quota: string
  readonly operation: OperationName
}

function takeBudget({ faults, limits, log }: Sandbox, visit: Visit, { account, quota, operation }: Payer): void {
  const background = faults.strike(['backgroundShare'], { operation, account })?.spec.share ?? 0
  const verdict = limits.take({ account: quota, operation, query: visit.url.searchParams, background, now: visit.now })
  if (verdict.kind === 'granted') {
    visit.headers = { ...visit.headers, ...verdict.headers }
    log.noteUse(operation, verdict.use)
    return
  }
  if (verdict.byLimit) log.overLimit += 1
  if (verdict.early) log.earlyRetries += 1
  throw throttled(verdict.retryAfterSeconds)
}

function checkScopes(key: Key, { operation }: Route): void {
  const { scopes } = key
  if (scopes === 'full') return
  if (!operations[operation].scopes.every((scope) => scopes.has(scope))) throw new Refusal([permissionDenied()])
}
