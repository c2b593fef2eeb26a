import type { Call } from '../exchange/call.ts'
import { isJsonObject, type JsonObject } from '../json.ts'
import { PHONE_REFUSED, type ProfileFault } from './profile-validation.ts'

/** The fault that makes Klaviyo mind a field that others would let pass; null when none stands, or the profile has no such field. */
export function mindedField(call: Call, profile: unknown): ProfileFault | null {
  const standing = call.faults.standing.find(({ spec }) => spec.kind === 'refuseField' && hasField(profile, spec.field))
  if (standing?.spec.kind !== 'refuseField') return null
  const struck = call.faults.strike(['refuseField'], { operation: call.operation, account: call.account.id })
  if (struck === null) return null
  const { field } = struck.spec
  return { path: `/attributes/${field}`, detail: field === 'phone_number' ? PHONE_REFUSED : `Invalid ${field}.` }
}

/** What is left of a profile that is taken without one of its fields, and where that is told; null when all is taken. */
export function partlyTaken(
  call: Call,
  profile: JsonObject,
): { readonly rest: JsonObject; readonly field: string; readonly place: 'header' | 'body' } | null {
  const standing = call.faults.standing.find(({ spec }) => spec.kind === 'partial' && hasField(profile, spec.field))
  if (standing?.spec.kind !== 'partial') return null
  const struck = call.faults.strike(['partial'], { operation: call.operation, account: call.account.id })
  if (struck === null) return null
  const { field, place } = struck.spec
  const attributes = { ...(profile.attributes as JsonObject) }
  delete attributes[field]
  return { rest: { ...profile, attributes }, field, place }
}

function hasField(profile: unknown, field: string): boolean {
  let value: unknown = isJsonObject(profile) ? profile.attributes : undefined
  for (const part of field.split('/')) value = isJsonObject(value) ? value[part] : undefined
  return value !== undefined && value !== null
}
