/** How often an operation may be called, per account: a second, a minute, and some creations a day. */
export interface Limits {
  readonly burst: number
  readonly steady: number
  readonly daily?: number
}

export interface Operation {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  readonly path: string
  readonly limits: Limits
  /** All of them are needed. */
  readonly scopes: readonly string[]
}

// Klaviyo's tiers. https://developers.klaviyo.com/en/docs/rate_limits_and_error_handling (its 700/m for L is out of date)
export const XS: Limits = { burst: 1, steady: 15 }
const S: Limits = { burst: 3, steady: 60 }
export const M: Limits = { burst: 10, steady: 150 }
const L: Limits = { burst: 75, steady: 750 }
const XL: Limits = { burst: 350, steady: 3500 }

// Names, paths, limits and scopes as in Klaviyo's API description, revision 2026-07-15; a test holds them to it.
export const operations = {
  get_accounts: operation('GET /api/accounts', XS, 'accounts:read'),
  get_account: operation('GET /api/accounts/{id}', XS, 'accounts:read'),

  get_profiles: operation('GET /api/profiles', L, 'profiles:read'),
  create_profile: operation('POST /api/profiles', L, 'profiles:write'),
  get_profile: operation('GET /api/profiles/{id}', L, 'profiles:read'),
  update_profile: operation('PATCH /api/profiles/{id}', L, 'profiles:write'),
  create_or_update_profile: operation('POST /api/profile-import', L, 'profiles:write'),
  merge_profiles: operation('POST /api/profile-merge', M, 'profiles:write'),
  get_lists_for_profile: operation('GET /api/profiles/{id}/lists', S, 'lists:read profiles:read'),
  get_list_ids_for_profile: operation('GET /api/profiles/{id}/relationships/lists', S, 'lists:read profiles:read'),
  request_profile_deletion: operation('POST /api/data-privacy-deletion-jobs', S, 'data-privacy:write'),

  bulk_import_profiles: operation('POST /api/profile-bulk-import-jobs', M, 'lists:write profiles:write'),
  get_bulk_import_profiles_jobs: operation('GET /api/profile-bulk-import-jobs', M, 'lists:read profiles:read'),
  get_bulk_import_profiles_job: operation('GET /api/profile-bulk-import-jobs/{job_id}', M, 'lists:read profiles:read'),
  get_errors_for_bulk_import_profiles_job: operation(
    'GET /api/profile-bulk-import-jobs/{id}/import-errors',
    M,
    'profiles:read',
  ),
  get_profiles_for_bulk_import_profiles_job: operation(
    'GET /api/profile-bulk-import-jobs/{id}/profiles',
    M,
    'profiles:read',
  ),
  get_profile_ids_for_bulk_import_profiles_job: operation(
    'GET /api/profile-bulk-import-jobs/{id}/relationships/profiles',
    M,
    'profiles:read',
  ),
  get_list_for_bulk_import_profiles_job: operation('GET /api/profile-bulk-import-jobs/{id}/lists', M, 'lists:read'),
  get_list_ids_for_bulk_import_profiles_job: operation(
    'GET /api/profile-bulk-import-jobs/{id}/relationships/lists',
    M,
    'lists:read',
  ),

  get_lists: operation('GET /api/lists', L, 'lists:read'),
  create_list: operation('POST /api/lists', { ...M, daily: 150 }, 'lists:write'),
  get_list: operation('GET /api/lists/{id}', L, 'lists:read'),
  update_list: operation('PATCH /api/lists/{id}', M, 'lists:write'),
  delete_list: operation('DELETE /api/lists/{id}', M, 'lists:write'),
  get_profiles_for_list: operation('GET /api/lists/{id}/profiles', L, 'lists:read profiles:read'),
  get_profile_ids_for_list: operation('GET /api/lists/{id}/relationships/profiles', L, 'lists:read profiles:read'),
  add_profiles_to_list: operation('POST /api/lists/{id}/relationships/profiles', M, 'lists:write profiles:write'),
  remove_profiles_from_list: operation(
    'DELETE /api/lists/{id}/relationships/profiles',
    M,
    'lists:write profiles:write',
  ),

  bulk_subscribe_profiles: operation(
    'POST /api/profile-subscription-bulk-create-jobs',
    L,
    'lists:write profiles:write subscriptions:write',
  ),
  bulk_unsubscribe_profiles: operation(
    'POST /api/profile-subscription-bulk-delete-jobs',
    L,
    'lists:write profiles:write subscriptions:write',
  ),
  bulk_suppress_profiles: operation(
    'POST /api/profile-suppression-bulk-create-jobs',
    L,
    'profiles:write subscriptions:write',
  ),
  get_bulk_suppress_profiles_jobs: operation('GET /api/profile-suppression-bulk-create-jobs', L, 'subscriptions:read'),
  get_bulk_suppress_profiles_job: operation(
    'GET /api/profile-suppression-bulk-create-jobs/{job_id}',
    L,
    'subscriptions:read',
  ),
  bulk_unsuppress_profiles: operation('POST /api/profile-suppression-bulk-delete-jobs', L, 'subscriptions:write'),
  get_bulk_unsuppress_profiles_jobs: operation(
    'GET /api/profile-suppression-bulk-delete-jobs',
    L,
    'subscriptions:read',
  ),
  get_bulk_unsuppress_profiles_job: operation(
    'GET /api/profile-suppression-bulk-delete-jobs/{job_id}',
    L,
    'subscriptions:read',
  ),

  get_events: operation('GET /api/events', XL, 'events:read'),
  create_event: operation('POST /api/events', XL, 'events:write'),
  get_event: operation('GET /api/events/{id}', M, 'events:read'),
  bulk_create_events: operation('POST /api/event-bulk-create-jobs', M, 'events:write'),
  get_metrics: operation('GET /api/metrics', M, 'metrics:read'),
  get_metric: operation('GET /api/metrics/{id}', M, 'metrics:read'),

  get_segments: operation('GET /api/segments', L, 'segments:read'),
  create_segment: operation('POST /api/segments', { ...XS, daily: 100 }, 'segments:write'),
  get_segment: operation('GET /api/segments/{id}', L, 'segments:read'),
  get_profiles_for_segment: operation('GET /api/segments/{id}/profiles', L, 'profiles:read segments:read'),

  create_webhook: operation('POST /api/webhooks', XS, 'webhooks:write'),
  get_webhook_topics: operation('GET /api/webhook-topics', XS, 'webhooks:read'),
} as const satisfies Record<string, Operation>

export type OperationName = keyof typeof operations

export const operationNames = Object.keys(operations) as OperationName[]

function operation(request: `${Operation['method']} /${string}`, limits: Limits, scopes: string): Operation {
  const [method, path] = request.split(' ') as [Operation['method'], string]
  return { method, path, limits, scopes: scopes.split(' ') }
}
