import { z } from 'zod'
import { cleanText } from '#app/core/clean-text.ts'
import type { Refusal } from '#app/core/flow/push-outcome.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { isOptional } from '#app/core/profile/omission.ts'

/** One entry of a JSON:API error body. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling */
export interface KlaviyoError {
  readonly code: string
  /** Klaviyo's explanation, without the customer's addresses and numbers. */
  readonly words: string
  /** Where in the request the fault is, such as `/data/attributes/email`; empty if unknown. */
  readonly pointer: string
  /** The other profile of a `duplicate_profile`; null if unknown. */
  readonly duplicateId: string | null
}

const errorBody = z.object({
  errors: z.array(
    z.object({
      code: z.string().default(''),
      title: z.string().default(''),
      detail: z.string().default(''),
      source: z.object({ pointer: z.string() }).partial().nullish(),
      meta: z
        .object({ duplicate_profile_id: z.string().max(100) })
        .partial()
        .nullish()
        .catch(null),
    }),
  ),
})

const LONGEST_WORDS = 300

/** Returns the errors of an answer; a single one without words if its body cannot be read. */
export function readErrors(body: unknown): KlaviyoError[] {
  const parsed = errorBody.safeParse(body)
  if (!parsed.success || parsed.data.errors.length === 0)
    return [{ code: '', words: '', pointer: '', duplicateId: null }]
  return parsed.data.errors.map((error) => ({
    code: error.code,
    words: withoutPersonalData(error.detail || error.title),
    pointer: error.source?.pointer ?? '',
    duplicateId: error.meta?.duplicate_profile_id ?? null,
  }))
}

/** Whether a body is a list of errors as Klaviyo writes them. */
export function isErrorBody(body: unknown): boolean {
  const parsed = errorBody.safeParse(body)
  return parsed.success && parsed.data.errors.length > 0
}

/** Returns the refusal of a profile for these errors. */
export function refusalOf(errors: readonly KlaviyoError[]): Refusal {
  const [first] = errors
  const conflictsWith = errors.find(({ duplicateId }) => duplicateId !== null)?.duplicateId ?? null
  const code = codeOf(errors)
  // If one fault is elsewhere, the profile would be refused even without these fields.
  const fields = errors.map(({ pointer }) => fieldAt(pointer))
  const isMendable = code === 'profile_refused' && fields.every(isOptional)
  return {
    kind: 'refused',
    code,
    words: first?.words ?? '',
    conflictsWith,
    fields: isMendable ? [...new Set(fields)] : [],
  }
}

const ATTRIBUTE = /\/attributes\/(?:profiles\/data\/\d+\/attributes\/)?([^/]+)(?:\/([^/]+))?/

/** Returns the field that a pointer refers to, in a single profile or in an import; empty if none. */
function fieldAt(pointer: string): FieldName {
  const [, attribute = '', part] = ATTRIBUTE.exec(pointer) ?? []
  if (attribute === 'profiles') return ''
  if (attribute !== 'properties' || part === undefined) return attribute
  return `properties.${part.replaceAll('~1', '/').replaceAll('~0', '~')}`
}

function codeOf(errors: readonly KlaviyoError[]): Refusal['code'] {
  if (errors.some((error) => error.code === 'duplicate_profile')) return 'identity_conflict'
  if (errors.some((error) => error.pointer.endsWith('/email'))) return 'invalid_email'
  return 'profile_refused'
}

// Klaviyo quotes the address or the number it objects to. The words are stored, so these must be removed.
function withoutPersonalData(words: string): string {
  const plain = words
    .replace(/\p{Cc}/gu, ' ') // Postgres cannot store NUL, and the others are not readable
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\S+@\S+/g, '…')
    .replace(/\+?\d[\d\s().-]{5,}\d/g, (found) => (found.includes('+12345678901') ? found : '…'))
  // A sign that is cut in its middle cannot be stored.
  return cleanText(plain.slice(0, LONGEST_WORDS))
}
