import type { z } from 'zod'
import { config } from '#app/config.server.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { type KlaviyoError, readErrors } from './klaviyo-errors.ts'

// Klaviyo keeps a revision for two years. https://developers.klaviyo.com/en/docs/api_versioning_and_deprecation_policy
const REVISION = '2026-07-15'
const TIMEOUT_MS = 30_000
const WAIT_WHEN_UNTOLD_SECONDS = 10
const LONGEST_WAIT_SECONDS = 600

export interface KlaviyoRequest {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** JSON text. */
  readonly body?: string
}

export type KlaviyoAnswer =
  | { readonly kind: 'answered'; readonly body: unknown }
  /** 4xx that speaks of what was sent. Nothing was applied. */
  | { readonly kind: 'refused'; readonly status: number; readonly errors: readonly KlaviyoError[] }
  | Interruption

/**
 * One request to Klaviyo with a shop's key. It never tries again by itself: the mark is the retry. Neither the key nor the
 * body is in anything it yields or throws.
 */
export async function askKlaviyo(key: string, request: KlaviyoRequest): Promise<KlaviyoAnswer> {
  let answer: Response
  let text: string
  try {
    answer = await fetch(new URL(request.path, config.klaviyoBaseUrl), {
      method: request.method,
      headers: {
        authorization: `Klaviyo-API-Key ${key}`,
        revision: REVISION,
        accept: 'application/vnd.api+json',
        ...(request.body !== undefined && { 'content-type': 'application/vnd.api+json' }),
      },
      ...(request.body !== undefined && { body: request.body }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
      redirect: 'error', // the key goes to Klaviyo's host and to no other
    })
    text = await answer.text()
  } catch {
    return { kind: 'unavailable' } // refused, reset, timed out or cut off: it may have been applied
  }
  return judged(answer, text)
}

function judged(answer: Response, text: string): KlaviyoAnswer {
  const { status } = answer
  if (status === 429) return { kind: 'throttled', retryAfterMs: retryAfterSeconds(answer) * 1000 }
  if (status === 401) return { kind: 'unauthorized' }
  if (status === 403) return { kind: 'unauthorized', forbidden: true }
  if (status >= 500 || status === 408) return { kind: 'unavailable' }
  const body = parsedJson(text)
  if (status >= 400) return { kind: 'refused', status, errors: readErrors(body) }
  if (body === undefined && text !== '') return { kind: 'unavailable' } // cut off, or not Klaviyo that answered
  return { kind: 'answered', body: body ?? null }
}

function retryAfterSeconds(answer: Response): number {
  const seconds = Number(answer.headers.get('retry-after') ?? WAIT_WHEN_UNTOLD_SECONDS)
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, LONGEST_WAIT_SECONDS) : WAIT_WHEN_UNTOLD_SECONDS
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The body as `shape` has it; null when Klaviyo answered with something else, which says nothing about what it did. */
export function readAs<Data>(shape: z.ZodType<Data>, body: unknown): Data | null {
  const parsed = shape.safeParse(body)
  return parsed.success ? parsed.data : null
}
