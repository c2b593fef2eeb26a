import { isJsonObject, type JsonObject } from '../json.ts'
import { isImportErrorSentinel, isRefusedSentinel } from '../sentinels.ts'
import { locationFields, type SentProfile, textFields } from './profile-record.ts'

// Klaviyo is stricter than the RFC; Segment checks with this before it sends (action-destinations, destinations/klaviyo), but for
// international top-level domains.
const EMAIL = /^[a-zA-Z0-9._%+-]+@[a-zA-Z0-9.-]+\.(?:[a-zA-Z]{2,}|xn--[a-zA-Z0-9-]+)$/
const LONGEST_EMAIL = 100
const E164 = /^\+[1-9]\d{6,14}$/

export const EMAIL_REFUSED = 'Invalid email address'
export const PHONE_REFUSED = 'Invalid phone number format (Example of a valid format: +12345678901)'
const UNSET_REFUSED = 'Unset must be a string or an array of strings (the property keys to unset).'
const SENTINEL_REFUSED = 'This profile cannot be processed.'

type FieldKind = 'text' | 'object' | 'skipped'

const fieldKinds: Readonly<Record<string, FieldKind>> = {
  ...Object.fromEntries(textFields.map((field) => [field, 'text'])),
  location: 'object',
  properties: 'object',
  _kx: 'skipped',
}
const knownFields = new Map(Object.entries(fieldKinds))
const knownLocationFields: ReadonlySet<string> = new Set(locationFields)

/** In a bulk import some profiles pass here and fail when the job runs. */
export type Lane = 'single' | 'import'

export interface ProfileFault {
  /** From the profile on, such as /attributes/email. */
  readonly path: string
  readonly detail: string
}

/**
 * The first thing that is wrong with a profile; null when it is well formed, and then the value may be taken for a
 * SentProfile. Klaviyo names one fault per bad profile.
 */
export function faultInProfile(value: unknown, lane: Lane): ProfileFault | null {
  if (!isJsonObject(value)) return { path: '', detail: 'The payload provided in the request is invalid.' }
  if (value.type !== 'profile') return { path: '/type', detail: "'type' must be 'profile'." }
  const { id, attributes = {} } = value
  if (id !== undefined && id !== null && typeof id !== 'string') return { path: '/id', detail: 'Not a valid string.' }
  if (!isJsonObject(attributes)) return { path: '/attributes', detail: 'Not a valid object.' }
  const fault = faultInAttributes(attributes, lane) ?? faultInMeta(value.meta)
  return fault === null ? null : { path: `/attributes/${fault.field}`, detail: fault.detail }
}

/** Only after faultInProfile found nothing. */
export function asSentProfile(value: unknown): SentProfile {
  const sent = value as SentProfile
  return sent.attributes === undefined ? { ...sent, attributes: {} } : sent
}

export function isValidEmail(email: string): boolean {
  if (email.length > LONGEST_EMAIL || !EMAIL.test(email) || email.includes('..')) return false
  return !email.startsWith('.') && !email.includes('.@') && !isRefusedSentinel(email)
}

export function isValidPhone(phone: string): boolean {
  return E164.test(phone)
}

interface FieldFault {
  readonly field: string
  readonly detail: string
}

function faultInAttributes(attributes: JsonObject, lane: Lane): FieldFault | null {
  for (const field in attributes) {
    const kind = knownFields.get(field)
    // Recorded by several integrations (verbb/formie #1986 for one): a field that Klaviyo does not know is not passed over.
    if (kind === undefined) return { field, detail: `'${field}' is not a valid field for the resource 'profile'.` }
    const value = attributes[field]
    if (value === null || kind === 'skipped') continue
    if (kind === 'text' && typeof value !== 'string') return { field, detail: 'Not a valid string.' }
    if (kind === 'object' && !isJsonObject(value)) return { field, detail: 'Not a valid object.' }
  }
  return faultInIdentifiers(attributes, lane) ?? faultInLocation(attributes.location)
}

function faultInIdentifiers({ email, phone_number }: JsonObject, lane: Lane): FieldFault | null {
  if (typeof email === 'string') {
    if (!isValidEmail(email)) return { field: 'email', detail: EMAIL_REFUSED }
    if (lane === 'single' && isImportErrorSentinel(email)) return { field: 'email', detail: SENTINEL_REFUSED }
  }
  if (typeof phone_number === 'string' && !E164.test(phone_number)) {
    return { field: 'phone_number', detail: PHONE_REFUSED }
  }
  return null
}

function faultInLocation(location: unknown): FieldFault | null {
  if (!isJsonObject(location)) return null
  for (const part in location) {
    const field = `location/${part}`
    if (!knownLocationFields.has(part)) {
      return { field, detail: `'${part}' is not a valid field for the resource 'location'.` }
    }
    const value = location[part]
    const mayBeNumber = part === 'latitude' || part === 'longitude'
    if (value === null || typeof value === 'string' || (mayBeNumber && typeof value === 'number')) continue
    return { field, detail: 'Not a valid string.' }
  }
  return null
}

// The pointer says "attributes" although the patch stands beside them: so it was recorded (klaviyo-api-python #35).
function faultInMeta(meta: unknown): FieldFault | null {
  if (meta === undefined || meta === null) return null
  if (!isJsonObject(meta)) return { field: 'meta', detail: 'Not a valid object.' }
  const patch = meta.patch_properties
  if (patch === undefined || patch === null) return null
  if (!isJsonObject(patch)) return { field: 'meta/patch_properties', detail: 'Not a valid object.' }
  for (const name of ['append', 'unappend']) {
    const part = patch[name] ?? null
    if (part !== null && !isJsonObject(part))
      return { field: `meta/patch_properties/${name}`, detail: 'Not a valid object.' }
  }
  const unset = patch.unset ?? null
  const readable = unset === null || typeof unset === 'string' || isListOfText(unset)
  return readable ? null : { field: 'meta/patch_properties/unset', detail: UNSET_REFUSED }
}

function isListOfText(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string')
}
