import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { idsOf, listAt } from '../exchange/data.ts'
import { answerPage } from '../exchange/documents.ts'
import { invalid, Refusal } from '../exchange/errors.ts'
import { parseFilter } from '../exchange/filter.ts'
import { PAGE_OF_PROFILES, type Page, pageOf } from '../exchange/page.ts'
import { isoInstant } from '../instant.ts'
import { profileDocument } from '../profiles/profile-document.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'
import { listInPath } from './lists.ts'

export const listMemberHandlers = {
  get_profiles_for_list: listMembers,
  get_profile_ids_for_list: listMemberIds,
  add_profiles_to_list: addMembers,
  remove_profiles_from_list: removeMembers,
} satisfies Handlers

// "This endpoint accepts a maximum of 1000 profiles per call." (add_profiles_to_list)
const MAX_MEMBERS_PER_CALL = 1_000

function listMembers(call: Call): Answer {
  const list = listInPath(call)
  return answerPage(pageOfMembers(call), (profile) => {
    return profileDocument(call, profile, { joined_group_at: isoInstant(list.members.get(profile.id) ?? 0) })
  })
}

function listMemberIds(call: Call): Answer {
  return answerPage(pageOfMembers(call), ({ id }) => ({ type: 'profile', id }))
}

/** Membership only: consent stays as it is, on double opt-in lists too. */
function addMembers(call: Call): Answer {
  const list = listInPath(call)
  const profiles = profilesNamed(call)
  for (const profile of profiles) call.account.parts.lists.join(list.id, profile, call.now)
  return { status: 204, profiles: profiles.length }
}

function removeMembers(call: Call): Answer {
  const list = listInPath(call)
  const profiles = profilesNamed(call)
  for (const profile of profiles) call.account.parts.lists.leave(list.id, profile)
  return { status: 204, profiles: profiles.length }
}

function pageOfMembers(call: Call): Page<ProfileRecord> {
  const { store } = call.account.parts
  const conditions = parseFilter(call.query.get('filter'), ['email', 'phone_number'])
  const members = Array.from(listInPath(call).members.keys(), (id) => store.byId(id)).filter(
    (profile) => profile !== undefined,
  )
  const found = members.filter((profile) =>
    conditions.every(({ field, values }) =>
      values.includes(profile.attributes[field as 'email' | 'phone_number'] ?? ''),
    ),
  )
  return pageOf(call, found, (profile) => profile.id, PAGE_OF_PROFILES)
}

/** One id that nobody has, and the whole call fails. */
function profilesNamed(call: Call): readonly ProfileRecord[] {
  const ids = idsOf(listAt(call.body, 'data'))
  if (ids.length > MAX_MEMBERS_PER_CALL) {
    throw new Refusal([invalid(`At most ${MAX_MEMBERS_PER_CALL} profiles are accepted per call.`, '/data')])
  }
  const { store } = call.account.parts
  const unknown = ids.filter((id) => store.byId(id) === undefined)
  if (unknown.length > 0) throw new Refusal([invalid(`Invalid profile IDs: ${unknown.join(', ')}`, '/data/')])
  return ids.map((id) => store.byId(id)!)
}
