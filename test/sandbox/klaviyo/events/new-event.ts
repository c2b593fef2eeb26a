import type { Call } from '../exchange/call.ts'
import { type ApiError, invalid, noSuchProfile } from '../exchange/errors.ts'
import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import { identityOf } from '../profiles/profile-identity.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'
import { writeProfile } from '../profiles/profile-upsert.ts'
import { asSentProfile, faultInProfile } from '../profiles/profile-validation.ts'
import { withoutBadPhone } from '../profiles/profile-writes.ts'
import type { NewEvent } from './event-ledger.ts'

/** An event as it was sent: about whom, and what. Nothing is written before all of a request is read. */
export interface SentEvent {
  readonly profile: JsonObject
  readonly phoneIgnored: boolean
  readonly metricName: string
  readonly uniqueId: string | null
  readonly time: number
  readonly value: number | null
  readonly properties: JsonObject
  readonly backfill: boolean
}

export function readEvent(call: Call, attributes: unknown, person: unknown, pointer: string): SentEvent | ApiError {
  if (!isJsonObject(attributes)) return invalid('Not a valid object.', pointer)
  const metricName = valueAt(attributes, 'metric', 'data', 'attributes', 'name')
  if (typeof metricName !== 'string' || metricName === '')
    return invalid('A metric name is required.', `${pointer}/metric`)
  if (!isJsonObject(attributes.properties)) return invalid('Not a valid object.', `${pointer}/properties`)
  const profile = isJsonObject(person) ? personIn(person) : person
  const forgiven = isJsonObject(profile) ? withoutBadPhone(profile) : null
  const fault = faultInProfile(forgiven ?? profile, 'single')
  if (fault !== null) return invalid(fault.detail, `${pointer}/profile/data${fault.path}`)
  const { time, value, unique_id, backfill } = attributes
  return {
    profile: forgiven ?? (profile as JsonObject),
    phoneIgnored: forgiven !== null,
    metricName,
    uniqueId: typeof unique_id === 'string' ? unique_id : null,
    time: typeof time === 'string' ? Date.parse(time) : call.now,
    value: typeof value === 'number' ? value : null,
    properties: attributes.properties,
    backfill: backfill === true,
  }
}

/** Without a unique id, one event a second (create_event). */
export function newEvent(sent: SentEvent, profile: ProfileRecord): NewEvent {
  const { metricName, time, value, properties, backfill } = sent
  const uniqueId = sent.uniqueId ?? String(Math.floor(time / 1000))
  return { metricName, time, value, properties, backfill, uniqueId, profileId: profile.id }
}

/** An event also creates or updates its profile. When identifiers clash, it goes to the one found first, unwritten. */
export function profileOfEvent({ account, now }: Call, sent: SentEvent): ProfileRecord | ApiError {
  const { store } = account.parts
  const person = asSentProfile(sent.profile)
  const identity = identityOf(store, person)
  if (identity.kind === 'unknown_id') return noSuchProfile(identity.id)
  if (identity.kind === 'no_identifier') {
    return invalid('One of id, email, phone_number or external_id is required.', '/data/attributes/profile/data')
  }
  if (identity.kind === 'conflict') return identity.primary
  const profile = identity.kind === 'known' ? identity.profile : store.create(now, 'app')
  writeProfile(store, profile, person, { nulls: 'ignore', at: now, by: 'app' })
  return profile
}

/** In create_event the patch lies inside the attributes; anonymous ids still exist on events. */
function personIn(person: JsonObject): JsonObject {
  const attributes = person.attributes
  if (!isJsonObject(attributes)) return person
  const { meta, anonymous_id: _anonymous, ...rest } = attributes
  return { ...person, attributes: rest, ...(meta === undefined ? {} : { meta }) }
}
