import type { Endpoint } from '#app/core/flow/budget.ts'

// Burst and steady limits by endpoint, revision 2026-07-15: https://developers.klaviyo.com/en/reference/api_overview
const perSecondAndMinute = (name: string, perSecond: number, perMinute: number): Endpoint => ({
  name,
  limits: [
    { calls: perSecond, spanMs: 1_000 },
    { calls: perMinute, spanMs: 60_000 },
  ],
})

export const endpoints = {
  upsertProfile: perSecondAndMinute('create_or_update_profile', 75, 750),
  submitImport: perSecondAndMinute('bulk_import_profiles', 10, 150),
  findImport: perSecondAndMinute('get_bulk_import_profiles_job', 10, 150),
  listImports: perSecondAndMinute('get_bulk_import_profiles_jobs', 10, 150),
  listImportErrors: perSecondAndMinute('get_errors_for_bulk_import_profiles_job', 10, 150),
  listImported: perSecondAndMinute('get_profiles_for_bulk_import_profiles_job', 10, 150),
  findProfile: perSecondAndMinute('get_profile', 75, 750),
  findProfiles: perSecondAndMinute('get_profiles', 75, 750),
  listLists: perSecondAndMinute('get_lists', 75, 750),
  findList: perSecondAndMinute('get_list', 75, 750),
  // At most 150 a day, too; a shop makes ten at most.
  createList: perSecondAndMinute('create_list', 10, 150),
  changeMembers: perSecondAndMinute('add_or_remove_profiles_of_list', 10, 150),
  mergeProfiles: perSecondAndMinute('merge_profiles', 10, 150),
  createEvent: perSecondAndMinute('create_event', 350, 3_500),
  requestDeletion: perSecondAndMinute('request_profile_deletion', 3, 60),
} as const satisfies Record<string, Endpoint>

/** Reading profiles back leaves at least half of an endpoint's allowance to everything else: it is counted in the same windows. */
export const readBackEndpoint = perSecondAndMinute(endpoints.findProfiles.name, 37, 375)

/** Endpoints that write profiles, lists or events: they stop when the integration is turned off. */
export const pushEndpoints: readonly Endpoint[] = [
  endpoints.upsertProfile,
  endpoints.submitImport,
  endpoints.mergeProfiles,
  endpoints.createList,
  endpoints.changeMembers,
  endpoints.createEvent,
]

/** Needed to erase people from Klaviyo. */
const ERASING_SCOPE = 'data-privacy:write'

/** The scopes a private key needs for Lockstep's calls. https://developers.klaviyo.com/en/docs/authenticate_ */
export const SCOPES_NEEDED = [
  'accounts:read',
  ERASING_SCOPE,
  'lists:read',
  'lists:write',
  'profiles:read',
  'profiles:write',
] as const

/** Without one of these nothing can be synced: imports need those for lists, too. */
export const SCOPES_OF_THE_SYNC = SCOPES_NEEDED.filter((scope) => scope !== ERASING_SCOPE)
export type Scope = (typeof SCOPES_NEEDED)[number]

/** Needed only by shops with loyalty activity turned on. */
export const EVENTS_SCOPE = 'events:write'

/** What a merchant is asked to allow when connecting by OAuth. Klaviyo rejects apps that ask for more than they use. */
export const SCOPES_ASKED = [...SCOPES_NEEDED, EVENTS_SCOPE] as const
