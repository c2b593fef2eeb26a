import { backoffMs, MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import type { KnownProfile } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { replicaSafeFrom } from '#app/core/flow/replica-lag.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findPerson } from '#app/klaviyo/find-person.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import {
  type CustomerMerge,
  deferMerge,
  deleteMerge,
  isMergedAway,
  listDueMerges,
  saveIntendedMerge,
  saveMergeSettled,
} from '#app/store/customer-merges.ts'
import { transaction } from '#app/store/database.ts'
import { saveRetries } from '#app/store/marks.ts'
import { hasRequests } from '#app/store/outbox.ts'
import { findKnownProfiles } from '#app/store/profiles.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { findExisting } from '../deliver/find-existing.ts'
import { mergeStepped, shopifyUnreadable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Klaviyo merges some seconds after it has accepted the request. A push of the kept customer waits that long. */
const MERGE_TAKES_MS = 30_000
const SHOPIFY_AWAY_MS = 15_000
/** Reads may lag by seconds. A merge that Shopify still does not show after this many more reads has not happened. */
const SHOPIFY_RETRIES = 2
/** Klaviyo does not report that a merge has failed, or why. */
const KLAVIYO_RETRIES = 4
/** An import usually ends, and its ids are fetched, within seconds. */
const IDS_COME_MS = 2_000

/**
 * Merges the Klaviyo profiles of customers that were merged in Shopify, once Shopify shows the merge: a merge in Klaviyo cannot be undone.
 * Returns how many merges it advanced.
 */
export async function mergeInKlaviyo(turn: ShopTurn): Promise<number> {
  let stepped = 0
  for (const merge of await listDueMerges(turn.shop, turn.clock())) {
    if (await (merge.settledAt ? checkMerge(turn, merge) : startMerge(turn, merge))) stepped++
  }
  return stepped
}

async function startMerge(turn: ShopTurn, merge: CustomerMerge): Promise<boolean> {
  const { shop, clock } = turn
  const known = await findKnownProfiles(shop, [merge.goneId, merge.keptId])
  const [gone, kept] = [known.get(merge.goneId), known.get(merge.keptId)]
  if (await isUnsettled(turn, [gone, kept])) {
    await deferMerge(shop, merge.goneId, { attempt: merge.attempt, notBefore: after(clock(), IDS_COME_MS) })
    return false
  }
  const shown = await confirmInShopify(turn, merge)
  if (shown === 'unknown') return false
  if (shown === 'not_merged') return dismiss(turn, merge)
  const source = await formerProfileOf(turn, merge, gone)
  if (source === 'unknown') return false
  if (gone && gone.fields.length > 0) {
    const fields = [...new Set([...gone.fields, ...(kept?.fields ?? [])])].sort()
    await saveIntendedMerge(shop, { keptId: merge.keptId, klaviyoId: source, fields, now: clock() })
  }
  const [from, into] = [source, kept?.klaviyoId]
  if (from && into && from !== into) return askForMerge(turn, merge, { from, into })
  return settle(turn, merge, from && !into ? 'inherited' : 'nothing_to_merge')
}

/**
 * The Klaviyo id of the merged-away customer's profile: as stored, or found by the address that was last sent if the answer was lost. Null
 * when the customer had no profile; `unknown` when Klaviyo cannot be asked now.
 */
async function formerProfileOf(
  turn: ShopTurn,
  { goneId, attempt }: CustomerMerge,
  gone: KnownProfile | undefined,
): Promise<string | null | 'unknown'> {
  if (!gone || gone.klaviyoId !== null || gone.sentTo === null) return gone?.klaviyoId ?? null
  const found = await findExisting(turn, [gone.sentTo], { withOwner: true })
  const klaviyoId = found.byEmail.get(gone.sentTo) ?? null
  if (klaviyoId !== null) return found.owners.get(klaviyoId) === goneId ? klaviyoId : null
  if (!found.interruption) return null
  const { shop, clock } = turn
  await deferMerge(shop, goneId, { attempt, notBefore: after(clock(), IDS_COME_MS) })
  return 'unknown'
}

/**
 * Whether Shopify shows that two customers were merged: the one no longer exists, and the other exists or was merged into a third. An answer
 * that contradicts this is checked again, for reads may lag.
 */
async function confirmInShopify(
  { shop, clock }: ShopTurn,
  { goneId, keptId, attempt }: CustomerMerge,
): Promise<'merged' | 'not_merged' | 'unknown'> {
  const answer = await readCustomers(shop, [goneId, keptId], [])
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    const waitMs = answer.kind === 'throttled' ? answer.retryAfterMs : SHOPIFY_AWAY_MS
    await deferMerge(shop, goneId, { attempt, notBefore: after(clock(), waitMs) })
    return 'unknown'
  }
  const [gone, kept] = answer.data
  if (gone === null && (kept !== null || (await isMergedAway(shop, keptId)))) return 'merged'
  if (attempt >= SHOPIFY_RETRIES) return 'not_merged'
  await deferMerge(shop, goneId, { attempt: attempt + 1, notBefore: replicaSafeFrom(clock()) })
  return 'unknown'
}

/** Shopify does not show the merge: both customers are read again, and their profiles stay separate. */
async function dismiss({ shop, clock }: ShopTurn, { goneId, keptId }: CustomerMerge): Promise<boolean> {
  const now = clock()
  await transaction(async (on) => {
    await deleteMerge(shop, goneId, on)
    const retries = [goneId, keptId].map((customerId) => ({
      customerId,
      attempt: 0,
      notBefore: now,
      singleOnly: false,
    }))
    await saveRetries(shop, retries, now, on)
  })
  mergeStepped({ shop, goneId, keptId, how: 'not_in_shopify' })
  return true
}

/** Checks a merge once Klaviyo has had time for it. Klaviyo does not report how it ended: while the source profile exists, it is asked again. */
async function checkMerge(turn: ShopTurn, merge: CustomerMerge): Promise<boolean> {
  const { shop, credential, clock } = turn
  const { goneId, keptId, sourceId, attempt } = merge
  if (sourceId === null) {
    await deleteMerge(shop, goneId)
    return true
  }
  const defer = (tries: number, ms: number) =>
    deferMerge(shop, goneId, { attempt: tries, notBefore: after(clock(), ms) })
  const looked = await acquireCalls(turn, endpoints.findProfile, 1)
  const found = looked.kind === 'granted' ? await findPerson(credential.key, { klaviyoId: sourceId }) : looked
  const lookStop = looked.kind === 'granted' ? await applyBackpressure(turn, looked, [found]) : looked
  if (found.kind !== 'found') {
    await defer(attempt, lookStop?.kind === 'throttled' ? lookStop.retryAfterMs : backoffMs(1, goneId))
    return false
  }
  const into = (await findKnownProfiles(shop, [keptId])).get(keptId)?.klaviyoId
  const isThere = found.profiles.some(({ klaviyoId }) => klaviyoId === sourceId)
  if (!isThere || !into || into === sourceId) {
    await deleteMerge(shop, goneId)
    return true
  }
  if (attempt >= KLAVIYO_RETRIES) return giveUp(turn, merge)
  const allowed = await acquireCalls(turn, endpoints.mergeProfiles, 1)
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(credential.key, { from: sourceId, into }) : allowed
  const stop = allowed.kind === 'granted' ? await applyBackpressure(turn, allowed, [outcome]) : allowed
  if (outcome.kind === 'refused') return giveUp(turn, merge)
  if (outcome.kind !== 'taken') {
    await defer(attempt, stop?.kind === 'throttled' ? stop.retryAfterMs : backoffMs(1, goneId))
    return false
  }
  mergeStepped({ shop, goneId, keptId, how: 'asked_again' })
  await defer(attempt + 1, MERGE_TAKES_MS)
  return true
}

/** Leaves the merged-away customer's profile in Klaviyo, where it belongs to no customer any more. The kept customer is sent all the same. */
async function giveUp({ shop }: ShopTurn, { goneId, keptId }: CustomerMerge): Promise<boolean> {
  await deleteMerge(shop, goneId)
  mergeStepped({ shop, goneId, keptId, how: 'given_up' })
  return true
}

/** Whether an open import carries one of the profiles, or a settled one may still provide its Klaviyo id. */
async function isUnsettled({ shop }: ShopTurn, profiles: readonly (KnownProfile | undefined)[]): Promise<boolean> {
  if (profiles.some((profile) => profile?.inFlight)) return true
  const unknown = profiles.some((profile) => profile?.state === 'synced' && profile.klaviyoId === null)
  return unknown && (await hasRequests(shop, 'fetch_ids'))
}

async function askForMerge(
  turn: ShopTurn,
  merge: CustomerMerge,
  profiles: { from: string; into: string },
): Promise<boolean> {
  const { shop, credential, clock } = turn
  const allowed = await acquireCalls(turn, endpoints.mergeProfiles, 1)
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(credential.key, profiles) : allowed
  const stop = allowed.kind === 'granted' ? await applyBackpressure(turn, allowed, [outcome]) : allowed
  if (outcome.kind === 'taken') return settle(turn, merge, 'asked', profiles.from)
  const attempt = merge.attempt + 1
  // Refused: one of the profiles no longer exists, and there is nothing to merge.
  const answered = stop === null
  if (outcome.kind === 'refused' || (answered && attempt > MAX_ATTEMPTS)) return settle(turn, merge, 'given_up')
  const isThrottled = stop?.kind === 'throttled'
  const notBefore = after(clock(), isThrottled ? stop.retryAfterMs : backoffMs(attempt, merge.goneId))
  await deferMerge(shop, merge.goneId, { attempt: isThrottled ? merge.attempt : attempt, notBefore })
  return false
}

/** Lets both customers wait a little longer: Klaviyo may not have finished, and Shopify may still show the merged-away customer. */
async function settle(
  { shop, clock }: ShopTurn,
  { goneId, keptId }: CustomerMerge,
  how: Parameters<typeof mergeStepped>[0]['how'],
  sourceId: string | null = null,
): Promise<boolean> {
  const now = clock()
  const until = how === 'asked' ? after(now, MERGE_TAKES_MS) : replicaSafeFrom(now)
  await transaction(async (on) => {
    await saveMergeSettled(shop, { goneId, sourceId, now, until }, on)
    // A run may have cleared the customer's own mark meanwhile, without knowing what the profile gets from the merge.
    await saveRetries(shop, [{ customerId: keptId, attempt: 0, notBefore: until, singleOnly: false }], now, on)
  })
  mergeStepped({ shop, goneId, keptId, how })
  return true
}
