import type { Deletion } from '../account/account-state.ts'
import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf } from '../exchange/data.ts'
import { invalid, malformed, notFound, Refusal } from '../exchange/errors.ts'
import { isJsonObject, valueAt } from '../json.ts'
import type { ProfileRecord } from './profile-record.ts'

export const profileDeletionHandlers = { request_profile_deletion: askForDeletion } satisfies Handlers

const fields = ['id', 'email', 'phone_number'] as const

type DeletionField = (typeof fields)[number]

/** Deletes later, and answers with nothing. The person can become a profile again afterwards: nothing keeps it away. */
function askForDeletion(call: Call): Answer {
  const { field, value } = identifierOf(call)
  const profile = profileOf(call, field, value)
  if (profile === undefined) {
    const words = `No profile with ${field} "${value}" found.  The profile may have already been deleted.`
    throw new Refusal([notFound(words)])
  }
  const deletion: Deletion = { field, value, askedAt: call.now, profileId: profile.id }
  call.account.parts.deletions.push(deletion)
  if (!isNeverDone(call)) call.account.later(() => call.account.deleteProfile(profile.id))
  return { status: 202, profiles: 1 }
}

/** Whether a fault keeps what was just taken from ever being done. */
export function isNeverDone({ faults, operation, account }: Call): boolean {
  return faults.strike(['neverDone'], { operation, account: account.id }) !== null
}

function identifierOf(call: Call): { field: DeletionField; value: string } {
  const profile = valueAt(dataOf(call, 'data-privacy-deletion-job'), 'attributes', 'profile', 'data')
  if (!isJsonObject(profile)) throw new Refusal([malformed])
  // The description requires both, beside the id as well.
  if (profile.type !== 'profile' || !isJsonObject(profile.attributes)) {
    throw new Refusal([
      invalid("'attributes' is a required field for the resource 'profile'.", '/data/attributes/profile/data'),
    ])
  }
  const given = fields
    .map((field) => ({ field, value: field === 'id' ? profile.id : valueAt(profile, 'attributes', field) }))
    .filter(({ value }) => value !== undefined && value !== null)
  const [only, another] = given
  if (only === undefined || another !== undefined || typeof only.value !== 'string') {
    throw new Refusal([
      invalid('Exactly one of id, email or phone_number is required.', '/data/attributes/profile/data'),
    ])
  }
  return { field: only.field, value: only.value }
}

function profileOf({ account }: Call, field: DeletionField, value: string): ProfileRecord | undefined {
  return field === 'id' ? account.profileById(value) : account.profileBy(field, value)
}
