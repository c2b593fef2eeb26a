import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf } from '../exchange/data.ts'
import { answerOne } from '../exchange/documents.ts'
import { duplicateProfile, invalid, noSuchProfile, Refusal } from '../exchange/errors.ts'
import type { JsonObject } from '../json.ts'
import { mindedField, partlyTaken } from './minded-field.ts'
import { profileDocument } from './profile-document.ts'
import { identityOf } from './profile-identity.ts'
import type { ProfileRecord, SentProfile, Writer } from './profile-record.ts'
import { MAX_PROFILE_BYTES } from './profile-size.ts'
import { writeProfile } from './profile-upsert.ts'
import { asSentProfile, faultInProfile, isValidEmail, isValidPhone } from './profile-validation.ts'

export const profileWriteHandlers = {
  create_profile: createProfile,
  create_or_update_profile: createOrUpdateProfile,
  update_profile: updateProfile,
} satisfies Handlers

// Said of Subscribe, Create Profile and Create Event, not of profile-import: community.klaviyo.com, developer-group-64,
// "API validation improvements for phone number handling".
export const PHONE_IGNORED = { 'x-klaviyo-partial-failure': 'phone_number' }

function createProfile(call: Call): Answer {
  const data = dataOf(call, 'profile')
  const forgiven = withoutBadPhone(data)
  const sent = checked(call, forgiven ?? data)
  const identity = identityOf(call.account.parts.store, sent)
  if (identity.kind === 'known') throw new Refusal([duplicateProfile(identity.profile.id)])
  if (identity.kind === 'conflict') throw new Refusal([duplicateProfile(identity.primary.id)])
  const profile = write(call, sent, call.account.parts.store.create(call.now, writerOf(call)))
  const answer = answerWith(call, profile, 201)
  return forgiven === null ? answer : { ...answer, headers: PHONE_IGNORED }
}

function createOrUpdateProfile(call: Call): Answer {
  const data = dataOf(call, 'profile')
  const partly = partlyTaken(call, data)
  const answer = upsert(call, checked(call, partly?.rest ?? data))
  if (partly === null) return answer
  const { field, place } = partly
  if (place === 'header') return { ...answer, headers: { 'x-klaviyo-partial-failure': field } }
  const errors = [{ ...invalid(`Invalid ${field}.`, `/data/attributes/${field}`), status: 207 }]
  return { ...answer, status: 207, document: { ...(answer.document as JsonObject), errors } as unknown as JsonObject }
}

function upsert(call: Call, sent: SentProfile): Answer {
  const { store } = call.account.parts
  const identity = identityOf(store, sent)
  switch (identity.kind) {
    case 'no_identifier':
      throw new Refusal([invalid('One of id, email, phone_number or external_id is required.', '/data/attributes')])
    case 'unknown_id':
      throw new Refusal([noSuchProfile(identity.id)])
    case 'conflict':
      throw new Refusal([duplicateProfile(identity.duplicate.id)])
    case 'nobody':
      return answerWith(call, write(call, sent, store.create(call.now, writerOf(call))), 201)
    case 'known':
      return answerWith(call, write(call, sent, identity.profile), 200)
  }
}

function updateProfile(call: Call): Answer {
  const id = call.params.id ?? ''
  const data = dataOf(call, 'profile')
  if (data.id !== id) throw new Refusal([invalid('The id must be the one in the path.', '/data/id')])
  const sent = checked(call, data)
  const identity = identityOf(call.account.parts.store, sent)
  if (identity.kind === 'conflict') throw new Refusal([duplicateProfile(identity.duplicate.id)])
  if (identity.kind !== 'known') throw new Refusal([noSuchProfile(id)])
  return answerWith(call, write(call, sent, identity.profile), 200)
}

function checked(call: Call, data: JsonObject): SentProfile {
  if (call.bodyBytes > MAX_PROFILE_BYTES) {
    throw new Refusal([invalid('The profile exceeds the maximum allowed size of 100KB.', '/data')])
  }
  const fault = faultInProfile(data, 'single') ?? mindedField(call, data)
  if (fault !== null) throw new Refusal([invalid(fault.detail, `/data${fault.path}`)])
  return asSentProfile(data)
}

function write(call: Call, sent: SentProfile, profile: ProfileRecord): ProfileRecord {
  writeProfile(call.account.parts.store, profile, sent, { nulls: 'clear', at: call.now, by: writerOf(call) })
  return profile
}

/** The app under test sends nothing by these two calls: tests play the rest of the world by them. */
function writerOf({ operation }: Call): Writer {
  return operation === 'create_profile' || operation === 'update_profile' ? 'others' : 'app'
}

function answerWith(call: Call, profile: ProfileRecord, status: 200 | 201): Answer {
  return { ...answerOne(call, profileDocument(call, profile), status), profiles: 1 }
}

/** What is left of a profile with a good email and a bad phone number; null when there is nothing to forgive. */
export function withoutBadPhone(data: JsonObject): JsonObject | null {
  const { attributes } = data
  if (typeof attributes !== 'object' || attributes === null) return null
  const { phone_number, ...rest } = attributes as JsonObject
  if (typeof phone_number !== 'string' || isValidPhone(phone_number)) return null
  const { email } = rest
  return typeof email === 'string' && isValidEmail(email) ? { ...data, attributes: rest } : null
}
