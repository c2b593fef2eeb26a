import { randomUUID } from 'node:crypto'
import type { JsonObject } from '../json.ts'

/** One entry of Klaviyo's JSON:API error list. Texts are Klaviyo's own wherever one was recorded. */
export interface ApiError {
  readonly status: number
  readonly code: string
  readonly title: string
  readonly detail: string
  readonly source: { readonly pointer: string } | { readonly parameter: string }
  readonly meta?: JsonObject
  readonly links?: JsonObject
}

/** A request that Klaviyo turns down, with every reason it gives. */
export class Refusal extends Error {
  readonly status: number
  readonly errors: readonly ApiError[]
  readonly headers: Readonly<Record<string, string>>

  constructor(errors: readonly ApiError[], headers: Readonly<Record<string, string>> = {}) {
    super(errors[0]?.detail ?? 'refused')
    this.status = errors[0]?.status ?? 400
    this.errors = errors
    this.headers = headers
  }
}

export function errorDocument(errors: readonly ApiError[]): JsonObject {
  return { errors: errors.map((error) => ({ id: randomUUID(), ...error })) }
}

const WHOLE_DATA = { pointer: '/data/' }

export function invalid(detail: string, pointer: string): ApiError {
  return { status: 400, code: 'invalid', title: 'Invalid input.', detail, source: { pointer }, links: {}, meta: {} }
}

export function invalidParameter(detail: string, parameter: string): ApiError {
  return { status: 400, code: 'invalid', title: 'Invalid input.', detail, source: { parameter }, links: {}, meta: {} }
}

// Recorded by users of klaviyo-api-ruby (#15) for bodies of the wrong shape.
export const malformed = invalid('The payload provided in the request is invalid.', '/data')

export function notFound(detail: string): ApiError {
  return { status: 404, code: 'not_found', title: 'Not found.', detail, source: WHOLE_DATA }
}

export function noSuchProfile(id: string): ApiError {
  return notFound(`A profile with id ${id} does not exist.`)
}

export function notAuthenticated(): ApiError {
  const text = 'Authentication credentials were not provided.'
  return { status: 401, code: 'not_authenticated', title: text, detail: text, source: WHOLE_DATA }
}

export function authenticationFailed(status: 400 | 401): ApiError {
  const text = 'Incorrect authentication credentials.'
  return { status, code: 'authentication_failed', title: text, detail: text, source: WHOLE_DATA }
}

export function permissionDenied(detail = 'You do not have permission to perform this action.'): ApiError {
  const title = 'You do not have permission to perform this action.'
  return { status: 403, code: 'permission_denied', title, detail, source: WHOLE_DATA }
}

export function duplicateProfile(duplicateProfileId: string): ApiError {
  return {
    status: 409,
    code: 'duplicate_profile',
    title: 'Conflict.',
    detail: 'A profile already exists with one of these identifiers.',
    source: { pointer: '/data/attributes' },
    links: {},
    meta: { duplicate_profile_id: duplicateProfileId },
  }
}

export function tooLarge(status: 400 | 413): ApiError {
  const title = status === 413 ? 'Payload too large.' : 'Invalid input.'
  const detail = 'The request body exceeds the maximum allowed size of 5MB.'
  return { status, code: status === 413 ? 'payload_too_large' : 'invalid', title, detail, source: { pointer: '/data' } }
}

export function unsupportedMediaType(type: string): ApiError {
  const detail = `Unsupported media type "${type}" in request.`
  return { status: 415, code: 'unsupported_media_type', title: detail, detail, source: WHOLE_DATA }
}

export function gone(detail: string): ApiError {
  return { status: 410, code: 'gone', title: 'Gone.', detail, source: { pointer: '/data' } }
}

/** What is said to all requests alike once a revision has had its two years. */
export function retired(status: number): ApiError {
  return { ...gone('This API revision has been retired.'), status }
}

export function methodNotAllowed(method: string): ApiError {
  const detail = `Method "${method}" not allowed.`
  return { status: 405, code: 'method_not_allowed', title: detail, detail, source: WHOLE_DATA }
}

/** The stand-in's own: a part of Klaviyo that nobody has needed yet. */
export function notServed(what: string): ApiError {
  const detail = `The stand-in does not serve ${what}.`
  return { status: 501, code: 'not_served', title: 'Not served by the stand-in.', detail, source: { pointer: '/data' } }
}

/** Klaviyo tells when in words and in Retry-After, both in whole seconds, and leaves out the rate headers. */
export function throttled(retryAfterSeconds: number): Refusal {
  const unit = retryAfterSeconds === 1 ? 'second' : 'seconds'
  const error: ApiError = {
    status: 429,
    code: 'throttled',
    title: 'Request was throttled.',
    detail: `Request was throttled. Expected available in ${retryAfterSeconds} ${unit}.`,
    source: { pointer: '/data' },
    links: { type: 'https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling#rate-limits' },
    meta: {},
  }
  return new Refusal([error], { 'retry-after': String(retryAfterSeconds) })
}
