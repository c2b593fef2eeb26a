import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { answerAll, answerCompound, answerOne, answerPage } from '../exchange/documents.ts'
import { noSuchProfile, notServed, Refusal } from '../exchange/errors.ts'
import { type Condition, parseFilter } from '../exchange/filter.ts'
import { PAGE_OF_PROFILES, pageOf } from '../exchange/page.ts'
import { includesOf } from '../exchange/sparse-fields.ts'
import type { ListRecord } from '../lists/list-book.ts'
import { listDocument } from '../lists/list-document.ts'
import { profileDocument } from './profile-document.ts'
import { identifierFields, type ProfileRecord } from './profile-record.ts'

export const profileReadHandlers = {
  get_profiles: listProfiles,
  get_profile: getProfile,
  get_lists_for_profile: listListsOfProfile,
  get_list_ids_for_profile: listListIdsOfProfile,
} satisfies Handlers

function listProfiles(call: Call): Answer {
  includesOf(call, ['conversations', 'push-tokens'])
  const conditions = parseFilter(call.query.get('filter'), ['id', ...identifierFields])
  const found = shownNow(call, conditions.length === 0 ? call.account.parts.store.sorted() : matching(call, conditions))
  const page = pageOf(call, inOrder(call, found), (profile) => profile.id, PAGE_OF_PROFILES)
  return answerPage(page, (profile) => profileDocument(call, profile))
}

function getProfile(call: Call): Answer {
  const included = includesOf(call, ['lists', 'segments', 'conversations', 'push-tokens'])
  const profile = profileInPath(call)
  const data = profileDocument(call, profile)
  if (!included.includes('lists')) return answerOne(call, data)
  return answerCompound(
    call,
    data,
    listsOf(call, profile).map((list) => listDocument(call, list)),
  )
}

function listListsOfProfile(call: Call): Answer {
  const lists = listsOf(call, profileInPath(call))
  return answerAll(
    call,
    lists.map((list) => listDocument(call, list)),
  )
}

function listListIdsOfProfile(call: Call): Answer {
  const lists = listsOf(call, profileInPath(call))
  return answerAll(
    call,
    lists.map(({ id }) => ({ type: 'list', id })),
  )
}

function listsOf(call: Call, profile: ProfileRecord): readonly ListRecord[] {
  return call.account.lists.filter((list) => profile.lists.has(list.id))
}

function profileInPath(call: Call): ProfileRecord {
  const id = call.params.id ?? ''
  const profile = call.account.resolve(id)
  if (profile === undefined || shownNow(call, [profile]).length === 0) throw new Refusal([noSuchProfile(id)])
  return profile
}

/** Without those that are too new to be found yet, while reads lag behind. */
export function shownNow(
  { faults, operation, account, now }: Call,
  profiles: readonly ProfileRecord[],
): readonly ProfileRecord[] {
  const lag = faults.strike(['lag'], { operation, account: account.id })
  return lag ? profiles.filter(({ created }) => Date.parse(created) <= now - lag.spec.ms) : profiles
}

/** Those that meet every condition, in the order of their ids; found by index, never by looking at all. */
function matching(call: Call, conditions: readonly Condition[]): readonly ProfileRecord[] {
  const [first, ...others] = conditions.map((condition) => profilesOf(call, condition))
  const found = [...(first ?? [])].filter((profile) => others.every((set) => set.has(profile)))
  return found.sort((a, b) => (a.id < b.id ? -1 : 1))
}

function profilesOf(call: Call, { field, values }: Condition): ReadonlySet<ProfileRecord> {
  const { store } = call.account.parts
  const identifier = identifierFields.find((name) => name === field)
  const found = values.map((value) => (identifier ? store.byIdentifier(identifier, value) : store.byId(value)))
  return new Set(found.filter((profile) => profile !== undefined))
}

/** Ids sort by when they were made, so that both orders are one. Of profiles that were changed in one moment, the newer id is the later. */
function inOrder(call: Call, profiles: readonly ProfileRecord[]): readonly ProfileRecord[] {
  const sort = call.query.get('sort') ?? 'id'
  if (sort === 'id' || sort === 'created') return profiles
  if (sort === '-id' || sort === '-created') return profiles.toReversed()
  if (sort === '-updated')
    return [...profiles].sort((a, b) => Date.parse(b.updated) - Date.parse(a.updated) || (a.id < b.id ? 1 : -1))
  throw new Refusal([notServed(`sort=${sort} of profiles`)])
}
