import type { JsonObject } from '../json.ts'
import type { SentProfile } from './profile-record.ts'

/** "The maximum allowed payload size per-profile is 100KB." (bulk_import_profiles, create_or_update_profile) */
export const MAX_PROFILE_BYTES = 100 * 1024

// A UTF-16 unit takes three bytes of UTF-8 at most, or six when JSON has to escape it.
const MOST_BYTES_PER_UNIT = 6
const MOST_BYTES_PER_SCALAR = 32

/** Writing out each of 10,000 profiles would cost more than importing them, so a cheap upper bound is looked at first. */
export function isOversized(sent: SentProfile): boolean {
  if (mostBytesOf(sent.attributes) <= MAX_PROFILE_BYTES) return false
  return Buffer.byteLength(JSON.stringify(sent)) > MAX_PROFILE_BYTES
}

function mostBytesOf(value: unknown): number {
  if (typeof value === 'string') return value.length * MOST_BYTES_PER_UNIT
  if (typeof value !== 'object' || value === null) return MOST_BYTES_PER_SCALAR
  let bytes = 2
  if (Array.isArray(value)) {
    for (const entry of value) bytes += 3 + mostBytesOf(entry)
    return bytes
  }
  const object = value as JsonObject
  for (const key in object) bytes += 6 + key.length * MOST_BYTES_PER_UNIT + mostBytesOf(object[key])
  return bytes
}
