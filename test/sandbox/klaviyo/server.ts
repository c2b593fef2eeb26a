import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { AccountState } from './account/account-state.ts'
import { RateLimits } from './exchange/rate-limits.ts'
import { RequestLog } from './exchange/request-log.ts'
import { serve } from './exchange/serve.ts'
import { Faults } from './faults/faults.ts'
import type { JobOrder } from './imports/import-queue.ts'
import { OAuthBook } from './oauth/oauth-book.ts'
import type { DisputedAnswers, Sandbox } from './sandbox.ts'

export interface KlaviyoOptions {
  /** A free one when left out. */
  readonly port?: number
  /** In ms. */
  readonly now?: () => number
  /** `off` counts, but never answers 429 by itself. */
  readonly limits?: 'real' | 'off'
  /** How long an import takes from queued to complete, and everything else that Klaviyo does later. */
  readonly jobMs?: number
  readonly jobOrder?: JobOrder
  readonly disputed?: Partial<DisputedAnswers>
}

export interface AccountSetup {
  readonly id: string
  readonly name: string
  readonly keys: readonly { readonly key: string; readonly scopes: readonly string[] | 'full' }[]
  readonly timezone?: string
  /** Where the account can send SMS, such as ['+1']. */
  readonly smsPrefixes?: readonly string[]
}

/**
 * A Klaviyo that remembers: real limits, real error bodies, and the state to prove what a client did to it. Where the real
 * service was recorded to differ from its documents, the code says so at that place. Failures are asked for through `faults`
 * (table in faults/fault-spec.ts), over HTTP (faults/sandbox-control.ts) or by a sentinel address (sentinels.ts).
 */
export interface StandInKlaviyo {
  /** Such as http://127.0.0.1:4001. */
  readonly url: string
  addAccount(setup: AccountSetup): void
  /** From now on it answers 401. */
  revokeKey(key: string): void
  /** From now on it may do this. A key cannot be changed in Klaviyo, but one that lost a scope answers no differently. */
  scopeKey(key: string, scopes: readonly string[] | 'full'): void
  account(id: string): AccountState
  readonly faults: Faults
  /** Apps, their installations, and what goes wrong with their tokens. */
  readonly oauth: OAuthBook
  readonly log: RequestLog
  /** Requests that came in and are not answered yet, also those whose sender is gone: they may still be applied. */
  underWay(): number
  /** Forgets what came in (profiles, lists, jobs, events, faults, log, budgets); accounts and their keys stay. */
  reset(): void
  /** Also cuts connections that are still open. */
  close(): Promise<void>
}

const DEFAULT_JOB_MS = 300

export async function startKlaviyo(options: KlaviyoOptions = {}): Promise<StandInKlaviyo> {
  const { now: clock = Date.now, limits = 'real', jobMs = DEFAULT_JOB_MS, jobOrder = 'reversed' } = options
  const sandbox: Sandbox = {
    clock,
    accounts: new Map(),
    keys: new Map(),
    faults: new Faults(),
    oauth: new OAuthBook({ clock, limits }),
    limits: new RateLimits(limits),
    log: new RequestLog(),
    disputed: { unknownKey: 401, oversize: 413, ...options.disputed },
  }
  let underWay = 0
  const server = createServer((request, response) => {
    underWay++
    void serve(sandbox, request, response).finally(() => underWay--)
  })
  // Klaviyo's connections outlive any test; one that ends between two requests would be a fault nobody asked for.
  server.keepAliveTimeout = 0
  const port = await listen(server, options.port ?? 0)

  return {
    url: `http://127.0.0.1:${port}`,
    addAccount: (setup) => addAccount(sandbox, setup, { clock, jobMs, jobOrder }),
    revokeKey: (key) => void sandbox.keys.delete(key),
    scopeKey: (key, scopes) => {
      const known = sandbox.keys.get(key)
      if (known) sandbox.keys.set(key, { ...known, scopes: scopesOf(scopes) })
    },
    account: (id) => accountOf(sandbox, id),
    faults: sandbox.faults,
    oauth: sandbox.oauth,
    log: sandbox.log,
    underWay: () => underWay,
    reset: () => reset(sandbox),
    close: () => close(server),
  }
}

function addAccount(sandbox: Sandbox, setup: AccountSetup, pace: ConstructorParameters<typeof AccountState>[1]): void {
  const { id, name, timezone = 'UTC', smsPrefixes = [] } = setup
  if (sandbox.accounts.has(id)) throw new Error(`there is an account ${id} already`)
  const account = new AccountState({ id, name, timezone, smsPrefixes }, pace)
  sandbox.accounts.set(id, account)
  for (const { key, scopes } of setup.keys) {
    sandbox.keys.set(key, { account, quota: id, scopes: scopesOf(scopes) })
  }
}

function scopesOf(scopes: readonly string[] | 'full'): ReadonlySet<string> | 'full' {
  return scopes === 'full' ? 'full' : new Set(scopes)
}

function accountOf(sandbox: Sandbox, id: string): AccountState {
  const account = sandbox.accounts.get(id)
  if (account === undefined) throw new Error(`there is no account ${id}`)
  return account
}

function reset(sandbox: Sandbox): void {
  for (const account of sandbox.accounts.values()) account.reset()
  sandbox.faults.clear()
  sandbox.limits.clear()
  sandbox.log.clear()
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })
}

/** A second time does nothing. */
function close(server: Server): Promise<void> {
  if (!server.listening) return Promise.resolve()
  return new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
    server.closeAllConnections()
  })
}
