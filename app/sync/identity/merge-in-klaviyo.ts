import { backoffMs, MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import type { KnownProfile } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { certainFrom } from '#app/core/flow/replica-lag.ts'
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
import { findKnownProfiles } from '#app/store/profiles.ts'
import { hasSettledImports } from '#app/store/settled-imports.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { findExisting } from '../deliver/find-existing.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { takeCalls } from '../deliver/take-calls.ts'
import { mergeStepped, shopifyUnreadable } from '../events.ts'

/** Klaviyo merges a little after it has said so; a push of the kept customer waits that long. */
const MERGE_TAKES_MS = 30_000
const SHOPIFY_AWAY_MS = 15_000
/** A read may lag behind by seconds; what it still contradicts then is not so. */
const SHOPIFY_ASKED_AGAIN = 2
/** Klaviyo does not say why a merge is not done, nor that it never will be. */
const KLAVIYO_ASKED_AGAIN = 4
/** Ids of an import, or the end of one that carries a customer, come within seconds. */
const IDS_COME_MS = 2_000

/**
 * Makes one Klaviyo profile of two whose customers Shopify made one, once Shopify shows that it did: what Klaviyo has merged is one for
 * good. Returns how many merges it took a step further.
 */
export async function mergeInKlaviyo(conducting: Conducting): Promise<number> {
  let stepped = 0
  for (const merge of await listDueMerges(conducting.shop, conducting.clock())) {
    if (await (merge.settledAt ? endOne(conducting, merge) : mergeOne(conducting, merge))) stepped++
  }
  return stepped
}

async function mergeOne(conducting: Conducting, merge: CustomerMerge): Promise<boolean> {
  const { shop, clock } = conducting
  const known = await findKnownProfiles(shop, [merge.goneId, merge.keptId])
  const [gone, kept] = [known.get(merge.goneId), known.get(merge.keptId)]
  if (await isStillMoving(conducting, [gone, kept])) {
    await deferMerge(shop, merge.goneId, { attempt: merge.attempt, notBefore: after(clock(), IDS_COME_MS) })
    return false
  }
  const shown = await shownInShopify(conducting, merge)
  if (shown === 'unknown') return false
  if (shown === 'not_merged') return dismiss(conducting, merge)
  const source = await formerProfileOf(conducting, merge, gone)
  if (source === 'unknown') return false
  if (gone && gone.fields.length > 0) {
    const fields = [...new Set([...gone.fields, ...(kept?.fields ?? [])])].sort()
    await saveIntendedMerge(shop, { keptId: merge.keptId, klaviyoId: source, fields, now: clock() })
  }
  const [from, into] = [source, kept?.klaviyoId]
  if (from && into && from !== into) return askForMerge(conducting, merge, { from, into })
  return settle(conducting, merge, from && !into ? 'inherited' : 'nothing_to_merge')
}

/**
 * The profile of the customer who went: known by its id, or found under the address that it was sent to when the answer got lost. Null when they
 * had none; `unknown` when Klaviyo does not say just now.
 */
async function formerProfileOf(
  conducting: Conducting,
  { goneId, attempt }: CustomerMerge,
  gone: KnownProfile | undefined,
): Promise<string | null | 'unknown'> {
  if (!gone || gone.klaviyoId !== null || gone.sentTo === null) return gone?.klaviyoId ?? null
  const found = await findExisting(conducting, [gone.sentTo], { withOwner: true })
  const klaviyoId = found.byEmail.get(gone.sentTo) ?? null
  if (klaviyoId !== null) return found.owners.get(klaviyoId) === goneId ? klaviyoId : null
  if (!found.interruption) return null
  const { shop, clock } = conducting
  await deferMerge(shop, goneId, { attempt, notBefore: after(clock(), IDS_COME_MS) })
  return 'unknown'
}

/**
 * Whether Shopify shows that two customers became one: the one is no more, the other is there, or has gone up in a third since. What
 * contradicts the news is asked for again: a read may lag behind.
 */
async function shownInShopify(
  { shop, clock }: Conducting,
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
  if (attempt >= SHOPIFY_ASKED_AGAIN) return 'not_merged'
  await deferMerge(shop, goneId, { attempt: attempt + 1, notBefore: certainFrom(clock()) })
  return 'unknown'
}

/** Shopify does not show that they became one: each is looked at by itself, and their profiles stay two. */
async function dismiss({ shop, clock }: Conducting, { goneId, keptId }: CustomerMerge): Promise<boolean> {
  const now = clock()
  await transaction(async (on) => {
    await deleteMerge(shop, goneId, on)
    const retries = [goneId, keptId].map((customerId) => ({ customerId, attempt: 0, notBefore: now, alone: false }))
    await saveRetries(shop, retries, now, on)
  })
  mergeStepped({ shop, goneId, keptId, how: 'not_in_shopify' })
  return true
}

/** Klaviyo has had its time. It tells nothing of how a merge ended: while the profile that was to go is there, it is asked again. */
async function endOne(conducting: Conducting, merge: CustomerMerge): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const { goneId, keptId, sourceId, attempt } = merge
  if (sourceId === null) {
    await deleteMerge(shop, goneId)
    return true
  }
  const defer = (tries: number, ms: number) =>
    deferMerge(shop, goneId, { attempt: tries, notBefore: after(clock(), ms) })
  const looked = await takeCalls(conducting, endpoints.findProfile, 1)
  const found = looked.kind === 'granted' ? await findPerson(connection.key, { klaviyoId: sourceId }) : looked
  const lookStop = looked.kind === 'granted' ? await heedAnswers(conducting, looked, [found]) : looked
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
  if (attempt >= KLAVIYO_ASKED_AGAIN) return giveUp(conducting, merge)
  const allowed = await takeCalls(conducting, endpoints.mergeProfiles, 1)
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(connection.key, { from: sourceId, into }) : allowed
  const stop = allowed.kind === 'granted' ? await heedAnswers(conducting, allowed, [outcome]) : allowed
  if (outcome.kind === 'refused') return giveUp(conducting, merge)
  if (outcome.kind !== 'taken') {
    await defer(attempt, stop?.kind === 'throttled' ? stop.retryAfterMs : backoffMs(1, goneId))
    return false
  }
  mergeStepped({ shop, goneId, keptId, how: 'asked_again' })
  await defer(attempt + 1, MERGE_TAKES_MS)
  return true
}

/** Leaves the merged customer's profile as it is; it belongs to no customer from here on. The customer who remains is sent all the same. */
async function giveUp({ shop }: Conducting, { goneId, keptId }: CustomerMerge): Promise<boolean> {
  await deleteMerge(shop, goneId)
  mergeStepped({ shop, goneId, keptId, how: 'given_up' })
  return true
}

/** Whether an import carries one of them, or may still tell their Klaviyo id. */
async function isStillMoving({ shop }: Conducting, profiles: readonly (KnownProfile | undefined)[]): Promise<boolean> {
  if (profiles.some((profile) => profile?.inFlight)) return true
  const unknown = profiles.some((profile) => profile?.state === 'synced' && profile.klaviyoId === null)
  return unknown && (await hasSettledImports(shop))
}

async function askForMerge(
  conducting: Conducting,
  merge: CustomerMerge,
  profiles: { from: string; into: string },
): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const allowed = await takeCalls(conducting, endpoints.mergeProfiles, 1)
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(connection.key, profiles) : allowed
  const stop = allowed.kind === 'granted' ? await heedAnswers(conducting, allowed, [outcome]) : allowed
  if (outcome.kind === 'taken') return settle(conducting, merge, 'asked', profiles.from)
  const attempt = merge.attempt + 1
  // One of the profiles is no more: there is nothing left to merge.
  const answered = stop === null
  if (outcome.kind === 'refused' || (answered && attempt > MAX_ATTEMPTS)) return settle(conducting, merge, 'given_up')
  const isThrottled = stop?.kind === 'throttled'
  const notBefore = after(clock(), isThrottled ? stop.retryAfterMs : backoffMs(attempt, merge.goneId))
  await deferMerge(shop, merge.goneId, { attempt: isThrottled ? merge.attempt : attempt, notBefore })
  return false
}

/** Both customers wait a little longer: Klaviyo may not be done, and Shopify may still show the one who went. */
async function settle(
  { shop, clock }: Conducting,
  { goneId, keptId }: CustomerMerge,
  how: Parameters<typeof mergeStepped>[0]['how'],
  sourceId: string | null = null,
): Promise<boolean> {
  const now = clock()
  const until = how === 'asked' ? after(now, MERGE_TAKES_MS) : certainFrom(now)
  await transaction(async (on) => {
    await saveMergeSettled(shop, { goneId, sourceId, now, until }, on)
    // Their own mark may have been answered by a run meanwhile, which knew nothing of what the profile was to get.
    await saveRetries(shop, [{ customerId: keptId, attempt: 0, notBefore: until, alone: false }], now, on)
  })
  mergeStepped({ shop, goneId, keptId, how })
  return true
}
