// Written by `npm run db:rows` from prisma/schema.prisma: rows as node-postgres returns them.

export interface session {
  id: string
  shop: string
  state: string
  isOnline: boolean
  scope: string | null
  expires: Date | null
  accessToken: string
  userId: string | null
  firstName: string | null
  lastName: string | null
  email: string | null
  accountOwner: boolean
  locale: string | null
  collaborator: boolean | null
  emailVerified: boolean | null
  refreshToken: string | null
  refreshTokenExpires: Date | null
}

export interface shop {
  domain: string
  name: string | null
  time_zone: string
  currency: string | null
  scopes: string | null
  facts_read_at: Date | null
  installed_at: Date
  uninstalled_at: Date | null
  full_sync_started_at: Date | null
  recorded_account: string | null
  status: string
  settings_version: number
  stopped_at: Date | null
  start_at: Date | null
  guide: unknown
  future_since: Date | null
  sync_delay_ms: number
  drained_at: Date | null
  nightly_reconcile: boolean
  next_reconcile_at: Date | null
  hourly_check: boolean
  hold_above_percent: number | null
  next_hourly_at: Date | null
  hourly_since: Date | null
  hourly_newest: Date | null
  hourly_cursor: string | null
  hourly_done_at: Date | null
  mapping: unknown
  mapping_forgotten: string[]
  mapping_changed_at: Date | null
  audience: unknown
  destination: unknown
  b2b: boolean | null
  segments_gone: string[]
  foreign_properties: string[]
  comparison_asked_at: Date | null
  identifiers_asked_at: Date | null
  loyalty: unknown
  loyalty_changed_at: Date | null
  loyalty_dropped: number
  retry_created: number
  alerts: unknown
  filled_at: Date | null
  shopify_trouble: string | null
  shopify_trouble_at: Date | null
  shopify_trouble_words: string | null
  shopify_away_at: Date | null
  withheld_check_at: Date | null
  loyalty_apps_seen: unknown
  loyalty_looked_at: Date | null
  held_sources: unknown
  held_check_at: Date | null
  lease_holder: string | null
  lease_until: Date | null
}

export interface connection {
  shop: string
  account_id: string
  account_name: string
  kind: string
  sealed_key: string
  connected_at: Date
  refused_at: Date | null
  sealed_access_token: string | null
  access_expires_at: Date | null
  scopes: string[]
  refreshed_at: Date | null
  sealed_refresh_token: string | null
}

export interface klaviyo_revocation {
  id: string
  account_id: string
  sealed_refresh_token: string
  asked_at: Date
  not_before: Date
  attempt: number
}

export interface klaviyo_budget {
  account_id: string
  endpoint: string
  windows: unknown
  blocked_until: Date | null
  failures: number
  failing_since: Date | null
  failing_why: string | null
  used_at: Date
}

export interface dirty_customer {
  shop: string
  customer_id: string
  changes: number
  updated_at: Date | null
  marked_at: Date
  waiting_since: Date
  not_before: Date
  attempt: number
  lease: string | null
  leased_until: Date | null
  confirming: boolean
  ordered_at: Date | null
  single_only: boolean
  heard: string | null
}

export interface profile {
  shop: string
  customer_id: string
  state: string
  code: string | null
  words: string | null
  klaviyo_id: string | null
  sent_to: string | null
  conflicts_with: string | null
  issue_since: Date | null
  resolved_code: string | null
  resolved_at: Date | null
  omitted: unknown
  hash: string | null
  field_set: number | null
  shopify_updated_at: Date | null
  read_at: Date
  synced_at: Date | null
  request: string | null
  delivery: string | null
  heard: string | null
  heard_at: Date | null
  list_change: string | null
  on_list: boolean
}

export interface delivery {
  shop: string
  id: string
  kind: string
  at: Date
  took_ms: number
  profiles: number
  run: string | null
  outcome: string
  status: number | null
  words: string | null
  hash: string | null
  klaviyo_id: string | null
  cleared: string[]
}

export interface reason_retry {
  shop: string
  code: string
  asked_at: Date
  customers: number
  marked: number
  from_since: Date | null
  from_customer: string
}

export interface loyalty_value {
  shop: string
  customer_id: string
  delivered: unknown
  tier_since: Date | null
  changed_at: Date | null
  backfill: boolean
  request: string | null
  sent: unknown
  sent_tier_since: Date | null
  sent_changed_at: Date | null
}

export interface field_set {
  shop: string
  id: number
  names: string[]
  look_at: Date
  unused_since: Date | null
}

export interface profile_count {
  shop: string
  state: string
  code: string
  profiles: number
  ever_synced: number
  last_synced_at: Date | null
}

export interface synced_minute {
  shop: string
  minute: Date
  profiles: number
}

export interface sync_run {
  shop: string
  id: string
  kind: string
  trigger: string
  state: string
  paused_from: string | null
  started_by: string | null
  ended_by: string | null
  requested_at: Date
  since: Date | null
  finished_at: Date | null
  progress_at: Date
  not_before: Date
  attempt: number
  search: string | null
  bulk_operation: string | null
  operation_asked_at: Date | null
  metafields: unknown
  byte_offset: string
  by_pages: boolean
  page_cursor: string | null
  lost_operations: number
  expected: number | null
  rows_written: number | null
  waits_for: string | null
  paced_since: Date | null
  paced_from: number | null
  read: number
  pushed: number
  unchanged: number
  excluded: number
  issues: number
  created: number
  held: number
  most_new: number | null
  unannounced: number
  failure: string | null
  import_size: number | null
  check_state: string | null
  checked_by: string | null
  check_of: number
  checked: number
  would_change: number
  would_clear: number
  held_at: Date | null
  confirmed_at: Date | null
  confirmed_by: string | null
}

export interface dry_run {
  shop: string
  id: string
  subject: string
  choices: unknown
  settings_version: number
  held: unknown
  state: string
  failure: string | null
  asked_by: string | null
  asked_at: Date
  ended_at: Date | null
  carried_out_at: Date | null
  not_before: Date
  attempt: number
  waits_for: string | null
  bulk_operation: string | null
  read_from: Date | null
  metafields: unknown
  byte_offset: string
  by_pages: boolean
  page_cursor: string | null
  expected: number | null
  read: number
  created: number
  changed: number
  cleared: number
  unchanged: number
  left_out: number
  limited: number
  issues: number
  unclear: number
  examples: unknown
}

export interface unchanged_chunk {
  shop: string
  run: string
  chunk: string
  customers: string[]
}

export interface blocked {
  shop: string
  kind: string
  reason: string | null
  since: Date
  until: Date
}

export interface outbox {
  shop: string
  id: string
  kind: string
  subject: string
  account_id: string | null
  payload: unknown
  customers: string[]
  synced_before: Date[]
  holds: string[]
  remote_id: string | null
  state: string
  attempt: number
  not_before: Date
  created_at: Date
}

export interface customer_count {
  shop: string
  holder: string
  asked_at: Date
  bulk_operation: string | null
  expected: number | null
}

export interface sync_hour {
  shop: string
  hour: Date
  webhooks: number
  unreadable: number
  read: number
  pushed: number
  unchanged: number
  excluded: number
  issues: number
  calls: number
  throttled: number
  delivery_times: number[]
  run_pushed: number
  run_issues: number
}

export interface webhook_topic {
  shop: string
  topic: string
  received_at: Date
}

export interface tombstone {
  shop: string
  customer_id: string
  erased_at: Date
  asked_at: Date | null
}

export interface data_request {
  shop: string
  request_id: string
  customer_id: string
  requested_at: Date
  held: unknown
}

export interface flow_action_run {
  shop: string
  action_run_id: string
  received_at: Date
}

export interface flow_trigger {
  shop: string
  trigger: string
  used: boolean
  told_at: Date
  refused_at: Date | null
  refused_words: string | null
}

export interface flow_trigger_request {
  shop: string
  id: string
  trigger: string
  customer_id: string | null
  payload: unknown
  attempt: number
  not_before: Date
  created_at: Date
}

export interface segment_sync {
  shop: string
  segment: string
  asked_at: Date
  cursor: string | null
  marked: number
  attempt: number
  not_before: Date
}

export interface segment_list {
  shop: string
  segment: string
  asked_at: Date
  segment_name: string | null
  list_id: string | null
  list_name: string | null
  phase: string
  walk: number
  cursor: string | null
  attempt: number
  not_before: Date
  looked_at: Date | null
  listed: number
  problem: string | null
  stopped_at: Date | null
}

export interface segment_list_member {
  shop: string
  segment: string
  customer_id: string
  walk: number
  klaviyo_id: string | null
  is_listed: boolean
}

export interface membership_snapshot {
  shop: string
  holder: string
  asked: unknown
  part: number
  cursor: string | null
  operation: string | null
  complete: boolean
  touched_at: Date
}

export interface customer_membership {
  shop: string
  holder: string
  customer_id: string
  segment: string
  company: string
  role: string
}

export interface read_back {
  shop: string
  id: string
  trigger: string
  scope: string
  started_by: string | null
  ended_by: string | null
  started_at: Date
  expected: number
  first_hash: number
  last_hash: number
  last_customer: string
  wrapped: boolean
  not_before: Date
  waits_for: string | null
  as_sent: number
  differing: number
  missing: number
  skipped: number
  repaired: number
  ended_at: Date | null
  ended_as: string | null
}

export interface read_back_field {
  shop: string
  read_back: string
  field: string
  customers: number
  repaired: number
  again: number
  contested: boolean
  examples: string[]
}

export interface profile_repair {
  shop: string
  customer_id: string
  repaired_at: Date
  fields: string[]
}

export interface alert_channel {
  shop: string
  kind: string
  sealed_target: string
  sealed_secret: string | null
  language: string
  added_at: Date
  confirmed_at: Date | null
  token_hash: string | null
  token_until: Date | null
  off_why: string | null
  off_at: Date | null
}

export interface alert_watch {
  shop: string
  check_at: Date
  weekly_at: Date | null
}

export interface alert {
  shop: string
  id: string
  cause: string
  since: Date
  opened_at: Date
  detail: unknown
  clear_since: Date | null
  over_at: Date | null
}

export interface alert_message {
  shop: string
  id: string
  channel: string
  alert: string | null
  content: unknown
  created_at: Date
  first_due_at: Date
  due_at: Date
  attempt: number
  sent_at: Date | null
  given_up_at: Date | null
  why: string | null
  status: number | null
}

export interface status_token {
  shop: string
  id: string
  name: string
  hash: string
  created_at: Date
  last_used_at: Date | null
  spent_until_ms: string
}

export interface klaviyo_authorization {
  shop: string
  state_hash: string
  user_id: string
  stage: string
  first_sync: string
  sealed_verifier: string
  ticket_hash: string | null
  sealed_answer: string | null
  refusal: string | null
  created_at: Date
}

export interface operator_fault {
  fault: string
  since: Date
}

export interface bulk_access {
  app: string
  started_at: Date | null
  refused_at: Date | null
  next_try_at: Date | null
}

export interface request_limit {
  shop: string
  kind: string
  spent_until_ms: string
}
