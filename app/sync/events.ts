import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { autocommit } from '#app/store/database.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { customersSettled } from '#app/telemetry/facts.ts'
import { SparseLine } from '#app/telemetry/sparse-line.ts'
import { log, wordsOf } from './log.ts'

// One function for each thing that happens, so that its log line and its count cannot drift apart. What is counted with the
// rows it belongs to (settle-batch.ts, saveMarks) is only logged here.

/** A signed webhook whose body cannot be parsed. A repeat would not help, so it is acknowledged. */
export async function webhookUnreadable(webhook: { shop: ShopDomain; topic: string }, now: Date): Promise<void> {
  log('webhook_unreadable', webhook)
  await addToHour(webhook.shop, { unreadable: 1 }, now, autocommit)
}

/** A signed webhook whose body names another shop than its header. It is ignored. */
export function webhookForAnotherShop(webhook: { shop: ShopDomain; topic: string }): void {
  log('webhook_for_another_shop', webhook)
}

/** A webhook about an earlier installation, while there is a newer one. */
export function webhookOutdated(webhook: { shop: ShopDomain; topic: string }): void {
  log('webhook_outdated', webhook)
}

/** The number of webhooks without a valid signature since the last such line. */
export function signaturesRefused(deliveries: number): void {
  log('signatures_refused', { deliveries })
}

const refusedMessages = new Map<string, SparseLine>()

/** A message of a queue was acknowledged although it is no delivery that can be taken. Logged once a minute at most for each reason. */
export function messageRefused(refused: { queue: string; why: string }): void {
  const line = refusedMessages.get(`${refused.queue} ${refused.why}`) ?? new SparseLine('queue_messages_refused')
  refusedMessages.set(`${refused.queue} ${refused.why}`, line)
  line.say(refused)
}

/** A queue cannot be read: it is tried again until it can. */
export function webhookQueueFailed(queue: string, error: unknown): void {
  log('webhook_queue_failed', { queue, error: wordsOf(error) })
}

export function intakeFailed(error: unknown): void {
  log('intake_failed', { error: wordsOf(error) })
}

/** The marks are saved, and the sweep finds them within a minute. */
export function wakeFailed(error: unknown): void {
  log('wake_failed', { error: wordsOf(error) })
}

export function batchSettled(batch: {
  shop: ShopDomain
  source: 'marks' | 'run'
  read: number
  pushed: number
  unchanged: number
  excluded: number
  issues: number
  deferred: number
  tookMs: number
}): void {
  const { source, pushed, unchanged, excluded, issues, deferred } = batch
  log('batch_settled', batch)
  customersSettled.tell({ source, outcomes: { pushed, unchanged, excluded, issues, deferred } })
}

export function runStepped(run: {
  shop: ShopDomain
  run: string
  kind: string
  state: string
  why: string | null
}): void {
  log('run_stepped', run)
}

export function dryRunStepped(step: {
  shop: ShopDomain
  dryRun: string
  subject: string
  state: string
  why: string | null
}): void {
  log('dry_run_stepped', step)
}

export function importSubmitted(job: { shop: ShopDomain; job: string; profiles: number; outcome: string }): void {
  log('import_submitted', job)
}

export function importSettled(job: { shop: ShopDomain; job: string; synced: number; failed: number }): void {
  log('import_settled', job)
}

/** It is not known what the job applied: its customers are pushed again. */
export function importForgotten(job: { shop: ShopDomain; job: string; customers: number }): void {
  log('import_forgotten', job)
}

export async function accountThrottled(
  shop: ShopDomain,
  throttle: { endpoint: string; retryAfterMs: number },
  now: Date,
): Promise<void> {
  log('account_throttled', { shop, ...throttle })
  await addToHour(shop, { throttled: 1 }, now, autocommit)
}

/** A customer was written into another customer's profile. */
export function profileContested(
  shop: ShopDomain,
  { how }: { how: 'waits' | 'conflict' | 'taken_over' | 'exchanged' },
): void {
  log('profile_contested', { shop, how })
}

export function readBackStarted(readBack: { shop: ShopDomain; readBack: string; scope: string }): void {
  log('read_back_started', readBack)
}

export function readBackEnded(readBack: { shop: ShopDomain; readBack: string; end: string }): void {
  log('read_back_ended', readBack)
}

/**
 * Klaviyo does not answer; or (`outdated`) no longer accepts this version's requests: then Lockstep must be updated; or (`misconfigured`) refuses
 * KLAVIYO_CLIENT_ID and KLAVIYO_CLIENT_SECRET: then no shop that is connected by OAuth is synced.
 */
export function klaviyoFails(failure: { shop: ShopDomain; endpoint: string; why: string }): void {
  log('klaviyo_fails', failure)
}

/** A connection by OAuth has new tokens. */
export function tokenRenewed(shop: ShopDomain): void {
  log('token_renewed', { shop })
}

/** What came of ending a grant that no shop uses any more; `in_use` if one does. */
export function grantEnded(outcome: string): void {
  log('grant_ended', { outcome })
}

export function connectionRefused(shop: ShopDomain): void {
  log('connection_refused', { shop })
}

export function integrationTurned(shop: ShopDomain, how: string): void {
  log('integration_turned', { shop, how })
}

/** `compares`: all customers are compared, because what Klaviyo has may differ from what it should have. */
export function settingSaved(saved: { shop: ShopDomain; setting: string; compares: boolean }): void {
  log('setting_saved', saved)
}

/** Shopify was asked to write all customers to a file, to count those that some rules match. */
export function countAsked(shop: ShopDomain, outcome: string): void {
  log('count_asked', { shop, outcome })
}

/** Logs only the error's name: its message may quote a line of the file. */
export function countInterrupted(shop: ShopDomain, error: unknown): void {
  log('count_interrupted', { shop, error: error instanceof Error ? error.name : 'unknown' })
}

export function listChanged(change: { shop: ShopDomain; kind: 'join' | 'leave'; profiles: number }): void {
  log('list_changed', change)
}

export function listUnusable(shop: ShopDomain, why: string): void {
  log('list_unusable', { shop, why })
}

/** The number of segments in the rules that no longer exist in Shopify. */
export function segmentsGone(gone: { shop: ShopDomain; segments: number }): void {
  log('segments_gone', gone)
}

/** A loyalty app that the mapping does not use was found on the shop's customers for the first time. */
export function loyaltyAppSeen(shop: ShopDomain, app: string): void {
  log('loyalty_app_seen', { shop, app })
}

/** How many mapped sources cannot be read any more, so that Klaviyo keeps what it has, and how many can be read again. */
export function sourcesHeld(sources: { shop: ShopDomain; held: number; released: number }): void {
  log('sources_held', sources)
}

export function eventsSent(sent: { shop: ShopDomain; events: number }): void {
  log('events_sent', sent)
}

/** Klaviyo lets the key send no requests of a kind; everything else continues. */
export function requestsBlocked(block: { shop: ShopDomain; kind: string; reason: string }): void {
  log('requests_blocked', block)
}

/** An event is given up. The shop's row counts it. */
export function loyaltyEventDropped(event: {
  shop: ShopDomain
  customerId: CustomerId
  kind: string
  why: string
}): void {
  log('loyalty_event_dropped', event)
}

/** The last batch is settled: nothing more is sent. */
export function integrationStopped(shop: ShopDomain): void {
  log('integration_stopped', { shop })
}

export function integrationReset(shop: ShopDomain): void {
  log('integration_reset', { shop })
}

/** How the profiles of two merged customers were merged: by Klaviyo, by taking one over, or not at all. */
export function mergeStepped(merge: {
  shop: ShopDomain
  goneId: CustomerId
  keptId: CustomerId
  how: 'asked' | 'asked_again' | 'inherited' | 'nothing_to_merge' | 'not_in_shopify' | 'given_up'
}): void {
  log('merge_stepped', merge)
}

export function webhooksUncounted(error: unknown): void {
  log('webhooks_uncounted', { error: wordsOf(error) })
}

export function topicsUnsaved(error: unknown): void {
  log('topics_unsaved', { error: wordsOf(error) })
}

export function shopifyUnreadable(shop: ShopDomain, why: string): void {
  log('shopify_unreadable', { shop, why })
}

/** Shopify refuses the shop's requests, or withholds fields, until the merchant or the operator acts. `words` contains names of fields only. */
export function shopifyRefuses(refusal: { shop: ShopDomain; why: string; words: string | null }): void {
  log('shopify_refuses', refusal)
}

/** A fault at Shopify that only the person who runs the app can mend began: docs/operating.md says how. `shops`: how many have it; 0 if it is about none. */
export function operatorFaultBegan(began: { fault: string; shops: number }): void {
  log('operator_fault_began', began)
}

/** No shop has it any more. `since` is when it began. */
export function operatorFaultOver(over: { fault: string; since: string }): void {
  log('operator_fault_over', over)
}

/** A bulk query was started only so that Shopify leaves the app its access to bulk operations. */
export function bulkAccessKept(kept: { shop: ShopDomain; outcome: string }): void {
  log('bulk_access_kept', kept)
}

/** The number of lines of the companies file that cannot be parsed, so that their customers are not known. */
export function placesUnreadable(places: { shop: ShopDomain; lines: number }): void {
  log('places_unreadable', places)
}

/** A merchant asked on a page that customers are synced now, or tried again. */
export function customersAsked(asked: { shop: ShopDomain; customers: number }): void {
  log('customers_asked', asked)
}

/** Shopify no longer withholds fields: the customers that were held are read again. */
export function withheldReleased(released: { shop: ShopDomain; customers: number }): void {
  log('withheld_released', released)
}

export function shopEvent(
  event: 'shop_installed' | 'shop_uninstalled' | 'shop_erased' | 'shop_connected' | 'shop_disconnected',
  shop: ShopDomain,
): void {
  log(event, { shop })
}

export function statusTokenEvent(event: 'status_token_made' | 'status_token_revoked', shop: ShopDomain): void {
  log(event, { shop })
}

/** `what` is a stage of a login at Klaviyo, or the kind of its outcome. */
export function klaviyoLoginEvent(shop: ShopDomain, what: string): void {
  log('klaviyo_login', { shop, what })
}

export function privacyEvent(
  event: 'customer_erased' | 'deletion_asked' | 'deletion_refused' | 'deletion_done' | 'data_request_recorded',
  facts: { shop: ShopDomain; customerId: CustomerId },
): void {
  log(event, facts)
}

export function turnFailed(shop: ShopDomain, error: unknown): void {
  log('turn_failed', { shop, error: wordsOf(error) })
}

export function sweepFailed(error: unknown): void {
  log('sweep_failed', { error: wordsOf(error) })
}

/** This version of Shopify's API has no subscriptions for one shop: mapped metafields without a trigger are heard of by the checks. */
export function eventSubscriptionsAbsent(): void {
  log('event_subscriptions_absent', {})
}

/** `refused` says why Shopify did not take it; null if it did. */
export function eventSubscriptionSet(subscription: {
  shop: ShopDomain
  metafields: number
  refused: string | null
}): void {
  log('event_subscription_set', subscription)
}

/** Workflows of Shopify Flow were started. */
export function flowTriggersSent(sent: { shop: ShopDomain; requests: number }): void {
  log('flow_triggers_sent', sent)
}

/** Shopify refused to start a workflow, and is not asked again. `words` are without values. */
export function flowTriggerRefused(refusal: { shop: ShopDomain; trigger: string; words: string }): void {
  log('flow_trigger_refused', refusal)
}

/** Shopify cannot be asked at present. */
export function flowTriggersWait(wait: { shop: ShopDomain; why: string }): void {
  log('flow_triggers_wait', wait)
}

/** Too many requests of one trigger were waiting already. */
export function flowTriggersDropped(dropped: { shop: ShopDomain; trigger: string; requests: number }): void {
  log('flow_triggers_dropped', dropped)
}

/** A page of a segment's customers is marked; `ended` says whether it was the last, or why nothing more is read. */
export function segmentFed(fed: {
  shop: ShopDomain
  customers: number
  ended: 'no' | 'done' | 'gone' | 'unreadable'
}): void {
  log('segment_fed', fed)
}

/** A look at a segment that is kept as a list has ended. */
export function segmentLooked(looked: { shop: ShopDomain; segment: string }): void {
  log('segment_looked', looked)
}

/** Profiles were put on the list of a kept segment, or taken off it. */
export function segmentListed(listed: { shop: ShopDomain; joined: number; left: number }): void {
  log('segment_listed', listed)
}

/** A segment is no longer kept as a list, or cannot be for now. */
export function segmentListStopped(stopped: { shop: ShopDomain; segment: string; why: string }): void {
  log('segment_list_stopped', stopped)
}

/** A cause began that the merchant is told of. */
export function alertOpened(alert: { shop: ShopDomain; cause: string }): void {
  log('alert_opened', alert)
}

export function alertEnded(alert: { shop: ShopDomain; cause: string; why: string }): void {
  log('alert_ended', alert)
}

/** What came of an attempt to send a message. `status` is the receiver's number, of HTTP or SMTP; addresses are not logged. */
export function alertSent(sent: {
  shop: ShopDomain
  channel: string
  kind: string
  outcome: string
  why: string | null
  status: number | null
}): void {
  log('alert_sent', sent)
}

export function alertChannelChanged(changed: {
  shop: ShopDomain
  channel: string
  change: 'added' | 'removed' | 'confirmed'
}): void {
  log('alert_channel_changed', changed)
}

/** Logs only the error's name: its message may quote an address. */
export function alertsFailed(shop: ShopDomain, error: unknown): void {
  log('alerts_failed', { shop, error: error instanceof Error ? error.name : 'unknown' })
}
