import { z } from 'zod'
import type { Refusal } from '#app/core/flow/push-outcome.ts'
import type { FieldName } from '#app/core/profile/field-names.ts'
import { isOptional } from '#app/core/profile/omission.ts'

/** One entry of a JSON:API error body. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling */
export interface KlaviyoError {
  readonly code: string
  /** Klaviyo's words, with addresses and numbers of the customer's taken out. */
  readonly words: string
  /** Where in the request the fault lies, such as `/data/attributes/email`; empty when it is not said. */
  readonly pointer: string
  /** The profile that stands in the way of a `duplicate_profile`; null when it is not said. */
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

/** The errors of an answer; one without words when it has no readable body. */
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

/** What a profile becomes that these errors speak of. */
export function refusalOf(errors: readonly KlaviyoError[]): Refusal {
  const [first] = errors
  const conflictsWith = errors.find(({ duplicateId }) => duplicateId !== null)?.duplicateId ?? null
  const code = codeOf(errors)
  // One fault that lies elsewhere is reason enough to refuse the profile without these fields as well.
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

/** The field of a profile that a pointer of one profile, or of one in an import, leads to; empty when it leads to none. */
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

// Klaviyo quotes the address or the number it objects to; the words are kept, so these must not be.
function withoutPersonalData(words: string): string {
  return words
    .replace(/\p{Cc}/gu, ' ') // Postgres keeps no NUL, and nobody reads the others
    .replace(/"[^"]*"/g, '"…"')
    .replace(/\S+@\S+/g, '…')
    .replace(/\+?\d[\d\s().-]{5,}\d/g, (found) => (found.includes('+12345678901') ? found : '…'))
    .slice(0, LONGEST_WORDS)
}
