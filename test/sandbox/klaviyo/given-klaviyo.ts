import { onTestFinished } from 'vitest'
import type { AccountState } from './account/account-state.ts'
import { type KlaviyoOptions, type StandInKlaviyo, startKlaviyo } from './server.ts'

/** On a whole second and a whole minute, so that windows begin with the test. */
export const START_MS = Date.parse('2026-11-21T12:00:00Z')

export interface Reply {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body; undefined when it is empty or broken. Typed loosely on purpose: tests look into it at will. */
  // biome-ignore lint/suspicious/noExplicitAny: a test names the path it expects, and fails when it is not there
  readonly body: any
}

export interface AskOptions {
  readonly key?: string | null
  readonly headers?: Readonly<Record<string, string>>
}

export interface GivenKlaviyo {
  readonly klaviyo: StandInKlaviyo
  readonly account: AccountState
  readonly clock: { now: number }
  /** `ask('POST /api/profile-import', body)` with a full key unless another is named. */
  ask(request: string, body?: unknown, options?: AskOptions): Promise<Reply>
}

/** A stand-in with one account, a clock that stands still until it is moved, and a key for everything. Ends with the test. */
export async function givenKlaviyo(options: KlaviyoOptions = {}): Promise<GivenKlaviyo> {
  const clock = { now: START_MS }
  const klaviyo = await startKlaviyo({ now: () => clock.now, ...options })
  onTestFinished(() => klaviyo.close())
  klaviyo.addAccount({
    id: 'ABC123',
    name: 'Ada & Sons',
    keys: [{ key: 'pk_full', scopes: 'full' }],
    smsPrefixes: ['+1'],
  })
  return {
    klaviyo,
    account: klaviyo.account('ABC123'),
    clock,
    ask: (request, body, how) => ask(klaviyo, request, body, how),
  }
}

export async function ask(
  klaviyo: StandInKlaviyo,
  request: string,
  body?: unknown,
  { key = 'pk_full', headers = {} }: AskOptions = {},
): Promise<Reply> {
  const [method, target] = request.split(' ') as [string, string]
  const sent = body === undefined ? null : encoded(body)
  const response = await fetch(target.startsWith('http') ? target : `${klaviyo.url}${target}`, {
    method,
    body: sent,
    headers: {
      revision: '2026-07-15',
      ...(key === null ? {} : { authorization: `Klaviyo-API-Key ${key}` }),
      ...(sent === null ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parsed(text) }
}

function encoded(body: unknown): string | Uint8Array<ArrayBuffer> {
  return typeof body === 'string' || body instanceof Uint8Array
    ? (body as Uint8Array<ArrayBuffer>)
    : JSON.stringify(body)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The body of profile-import. */
export function profileBody(attributes: object, more: object = {}): object {
  return { data: { type: 'profile', attributes, ...more } }
}

/** The body of a bulk import. */
export function importBody(profiles: readonly object[], listIds: readonly string[] = []): object {
  return {
    data: {
      type: 'profile-bulk-import-job',
      attributes: { profiles: { data: profiles.map((attributes) => ({ type: 'profile', attributes })) } },
      relationships: { lists: { data: listIds.map((id) => ({ type: 'list', id })) } },
    },
  }
}
