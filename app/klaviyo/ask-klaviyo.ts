import type { z } from 'zod'
import { config } from '#app/config.server.ts'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import { type Interruption, isInterruption } from '#app/core/flow/push-outcome.ts'
import type { CallFacts } from '#app/core/flow/sent-request.ts'
import { tellCall } from '#app/telemetry/facts.ts'
import { beginCall } from './answer-deadline.ts'
import { isErrorBody, type KlaviyoError, readErrors } from './klaviyo-errors.ts'
import { operationOf } from './operation-of.ts'

// Klaviyo supports a revision for two years. https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy
const REVISION = '2026-07-15'
const DEFAULT_WAIT_SECONDS = 10
const LONGEST_WAIT_SECONDS = 600

export interface KlaviyoRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** JSON text. */
  readonly body?: string
  /** The connection also works without the scope for this call: a 403 concerns this call only, and is not confirmed by a second one. */
  readonly mayLackScope?: true
  /** Called with the facts of each exchange. */
  readonly onEnd?: (facts: CallFacts) => void
}

export type KlaviyoAnswer =
  /** `partial` lists what was not applied; omitted if everything was. */
  | { readonly kind: 'answered'; readonly body: unknown; readonly partial?: readonly KlaviyoError[] }
  /** A 4xx about what was sent. Nothing was applied. */
  | { readonly kind: 'refused'; readonly status: number; readonly errors: readonly KlaviyoError[] }
  | Interruption

/**
 * Sends one request to Klaviyo with a shop's key or token. It is not retried here (the mark is retried), except when it is refused: one
 * answer is not enough to stop a connection, and nothing was applied. A token is refreshed in between. Nothing it returns or throws contains
 * the key, the token or the body.
 */
export async function askKlaviyo(access: KlaviyoAccess, request: KlaviyoRequest): Promise<KlaviyoAnswer> {
  return access.kind === 'key' ? askWithKey(access.key, request) : askWithToken(access, request)
}

async function askWithKey(key: string, request: KlaviyoRequest): Promise<KlaviyoAnswer> {
  const shown = { name: key, authorization: `Klaviyo-API-Key ${key}` }
  const answer = await askOnce(shown, request)
  return isFinal(answer, request) ? answer : askOnce(shown, request)
}

/** Only the token endpoint says that a grant has ended: if a fresh token is refused as well, the fault is not the merchant's. */
async function askWithToken(
  { name, token }: Extract<KlaviyoAccess, { kind: 'oauth' }>,
  request: KlaviyoRequest,
): Promise<KlaviyoAnswer> {
  const first = await token(null)
  if (isInterruption(first)) return first
  const answer = await askOnce({ name, authorization: `Bearer ${first.accessToken}` }, request)
  if (isFinal(answer, request)) return answer
  const isRefused = answer.kind === 'unauthorized' && !answer.forbidden
  const second = await token(isRefused ? first.accessToken : null)
  if (isInterruption(second)) return second
  const again = await askOnce({ name, authorization: `Bearer ${second.accessToken}` }, request)
  return again.kind === 'unauthorized' && !again.forbidden ? { kind: 'unavailable' } : again
}

function isFinal(answer: KlaviyoAnswer, request: KlaviyoRequest): boolean {
  return answer.kind !== 'unauthorized' || (answer.forbidden === true && request.mayLackScope === true)
}

/** What is shown at Klaviyo's door, and the name under which time-outs are remembered. */
interface Shown {
  readonly name: string
  readonly authorization: string
}

function askOnce(shown: Shown, request: KlaviyoRequest): Promise<KlaviyoAnswer> {
  return tellCall({ service: 'klaviyo', operation: () => operationOf(request) }, exchange(shown, request))
}

async function exchange({ name, authorization }: Shown, request: KlaviyoRequest): Promise<KlaviyoAnswer> {
  const call = beginCall(name, request.method, request.path)
  const startedAt = performance.now()
  const end = (status: number | null) => request.onEnd?.({ status, tookMs: performance.now() - startedAt })
  let answer: Response
  let text: string
  try {
    answer = await fetch(new URL(request.path, config.klaviyoBaseUrl), {
      method: request.method,
      headers: {
        authorization,
        revision: REVISION,
        accept: 'application/vnd.api+json',
        ...(request.body !== undefined && { 'content-type': 'application/vnd.api+json' }),
      },
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.timeout(call.deadlineMs),
      redirect: 'error', // the key is sent to Klaviyo's host only
    })
    text = await answer.text()
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') call.timedOut()
    end(null)
    return { kind: 'unavailable' } // refused, reset, timed out or interrupted: it may have been applied
  }
  call.answered()
  end(answer.status)
  return toKlaviyoAnswer(answer, text)
}

function toKlaviyoAnswer(answer: Response, text: string): KlaviyoAnswer {
  const { status } = answer
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterSeconds(answer) * 1000 }
  if (status >= 500 || status === 408) return { kind: 'unavailable' }
  const body = parsedJson(text)
  if (status >= 400) return toRefusal(status, body)
  if (body === undefined && text !== '') return { kind: 'unavailable' } // interrupted, or the answer is not Klaviyo's
  const partial = partialFailures(answer, body)
  return { kind: 'answered', body: body ?? null, ...(partial.length > 0 && { partial }) }
}

/**
 * Returns what Klaviyo did not apply of a request that it accepted: the fields named in a header, and errors beside the data.
 * https://community.klaviyo.com/developer-group-64/api-validation-improvements-for-phone-number-handling-18034
 */
function partialFailures(answer: Response, body: unknown): KlaviyoError[] {
  const fields = (answer.headers.get('x-klaviyo-partial-failure') ?? '').split(',').map((name) => name.trim())
  const named = fields.filter(Boolean).map((name) => ({
    code: 'invalid',
    words: '',
    pointer: `/data/attributes/${name}`,
    duplicateId: null,
  }))
  return isErrorBody(body) ? [...named, ...readErrors(body)] : named
}

/** A refusal counts only in Klaviyo's JSON:API format: a proxy or firewall in between answers 403 and other statuses with its own pages. */
function toRefusal(status: number, body: unknown): KlaviyoAnswer {
  // 413 also counts from a proxy: the remedy, a smaller request, is the same.
  if (!isErrorBody(body))
    return status === 413 ? { kind: 'refused', status, errors: readErrors(body) } : { kind: 'unavailable' }
  const errors = readErrors(body)
  // An invalid key has been seen to answer 400 as well as 401.
  if (status === 401 || errors.some(({ code }) => KEY_CODES.has(code))) return { kind: 'unauthorized' }
  if (status === 403) return { kind: 'unauthorized', forbidden: true }
  if (refusesAllRequests(status, errors)) return { kind: 'outdated' }
  return { kind: 'refused', status, errors }
}

const KEY_CODES: ReadonlySet<string> = new Set(['authentication_failed', 'not_authenticated'])

/** 405, 406, 410, 415 and 426 concern the endpoint, the revision or the media type, which are the same in all requests. */
const STATUSES_FOR_ALL: ReadonlySet<number> = new Set([405, 406, 410, 415, 426])

function refusesAllRequests(status: number, errors: readonly KlaviyoError[]): boolean {
  if (STATUSES_FOR_ALL.has(status)) return true
  return (
    status === 400 &&
    errors.every(({ words, pointer }) => /\brevision\b/i.test(words) && !pointer.includes('/attributes'))
  )
}

function retryAfterSeconds(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? DEFAULT_WAIT_SECONDS)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : DEFAULT_WAIT_SECONDS
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Returns the body parsed by `shape`; null if it does not match, in which case what Klaviyo did is unknown. */
export function readAs<Data>(shape: z.ZodType<Data>, body: unknown): Data | null {
  const parsed = shape.safeParse(body)
  return parsed.success ? parsed.data : null
}
