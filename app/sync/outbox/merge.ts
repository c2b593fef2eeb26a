import type { KnownProfile } from '#app/core/flow/decision.ts'
import { replicaSafeFrom } from '#app/core/flow/replica-lag.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { ownerPropertiesOf } from '#app/core/profile/sharing.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { findPerson } from '#app/klaviyo/find-person.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { saveIntendedMerge, saveMergedAway } from '#app/store/customer-merges.ts'
import { autocommit } from '#app/store/database.ts'
import { saveRetries } from '#app/store/marks.ts'
import { findSubjects, hasRequests, type OutboxRequest } from '#app/store/outbox.ts'
import { findKnownProfiles } from '#app/store/profiles.ts'
import { findExisting } from '../deliver/find-existing.ts'
import { mergeStepped, shopifyUnreadable } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { callKlaviyo } from './call-klaviyo.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/** Klaviyo merges some seconds after it has accepted the request. A push of the kept customer waits that long. */
const MERGE_TAKES_MS = 30_000
const SHOPIFY_AWAY_MS = 15_000
/** Reads may lag by seconds. A merge that Shopify still does not show after this many more reads has not happened. */
const SHOPIFY_RETRIES = 2
/** Klaviyo does not report that a merge has failed, or why. */
const KLAVIYO_RETRIES = 4
/** An import usually ends, and its ids are fetched, within seconds. */
const IDS_COME_MS = 2_000

type Request = OutboxRequest<'merge'>

/** The profile that is merged into the other, by Klaviyo id. */
interface Profiles {
  readonly from: string
  readonly into: string
}

/**
 * Merges the Klaviyo profiles of customers that were merged in Shopify, once Shopify shows the merge: a merge in Klaviyo cannot be undone.
 * Both customers are held back until it is done, or known that it cannot be done.
 */
export const merge: RequestModule<'merge', Profiles, Awaited<ReturnType<typeof mergeProfiles>>> = {
  kind: 'merge',
  endpoint: endpoints.mergeProfiles,
  atATime: 20,
  atOnce: 1,
  async prepare(turn, [request]) {
    return [request!.state === 'sent' ? await check(turn, request!) : await start(turn, request!)]
  },
  send: ({ credential }, profiles) => mergeProfiles(credential.access, profiles),
  resolve(turn, { kind }, { from }, request) {
    // Refused: one of the profiles no longer exists, and there is nothing to merge.
    if (request.state === 'sent') return kind === 'refused' ? giveUp(turn, request) : askedAgain(turn, request)
    return kind === 'refused' ? settle(turn, request, 'given_up') : settle(turn, request, 'asked', from)
  },
}

function customersOf({ subject, payload: { keptId } }: Request): { goneId: CustomerId; keptId: CustomerId } {
  return { goneId: subject as CustomerId, keptId }
}

async function start(turn: ShopTurn, request: Request): Promise<readonly Profiles[] | Resolution> {
  const { shop, clock } = turn
  const { goneId, keptId } = customersOf(request)
  const known = await findKnownProfiles(shop, [goneId, keptId], autocommit)
  const [gone, kept] = [known.get(goneId), known.get(keptId)]
  if (await isUnsettled(turn, [gone, kept])) return { kind: 'kept', waitMs: IDS_COME_MS }
  const unconfirmed = await confirmInShopify(turn, request)
  if (unconfirmed) return unconfirmed
  const source = await formerProfileOf(turn, goneId, gone)
  if (isResolution(source)) return source
  // Without this, a kept customer whose profile's id is not known would take over the other profile, and its address would stay on its own.
  const own = await formerProfileOf(turn, keptId, kept)
  if (isResolution(own)) return own
  if (gone && gone.fields.length > 0) {
    const fields = [...new Set([...gone.fields, ...(kept?.fields ?? [])])].sort()
    await saveIntendedMerge(shop, { keptId, klaviyoId: own ?? source, fields, now: clock() })
  }
  if (source && own && source !== own) return [{ from: source, into: own }]
  return settle(turn, request, source && !own ? 'inherited' : 'nothing_to_merge')
}

function isResolution(found: string | null | Resolution): found is Resolution {
  return typeof found === 'object' && found !== null
}

/** Whether an open import carries one of the profiles, or a settled one may still provide its Klaviyo id. */
async function isUnsettled({ shop }: ShopTurn, profiles: readonly (KnownProfile | undefined)[]): Promise<boolean> {
  if (profiles.some((profile) => profile?.inFlight)) return true
  const unknown = profiles.some((profile) => profile?.state === 'synced' && profile.klaviyoId === null)
  return unknown && (await hasRequests(shop, 'fetch_ids', autocommit))
}

/**
 * Returns null if Shopify shows that two customers were merged: the one no longer exists, and the other exists or was merged into a third.
 * An answer that contradicts this is checked again, for reads may lag.
 */
async function confirmInShopify(turn: ShopTurn, request: Request): Promise<Resolution | null> {
  const { shop, clock } = turn
  const { payload } = request
  const { goneId, keptId } = customersOf(request)
  const answer = await readCustomers(shop, [goneId, keptId], [])
  if (answer.kind !== 'answered') {
    shopifyUnreadable(shop, answer.kind)
    return { kind: 'kept', waitMs: answer.kind === 'throttled' ? answer.retryAfterMs : SHOPIFY_AWAY_MS }
  }
  const [gone, kept] = answer.data
  if (gone === null && (kept !== null || (await findSubjects(shop, 'merge', [keptId], autocommit)).size > 0))
    return null
  if (payload.tries >= SHOPIFY_RETRIES) return dismiss(turn, request)
  const now = clock()
  const waitMs = replicaSafeFrom(now).getTime() - now.getTime()
  return { kind: 'kept', waitMs, payload: { ...payload, tries: payload.tries + 1 } }
}

/**
 * The Klaviyo id of a customer's profile: as stored, or found by the address that was last sent if the answer was lost. Null when the
 * customer had no profile; a resolution when Klaviyo cannot be asked now.
 */
async function formerProfileOf(
  turn: ShopTurn,
  customerId: CustomerId,
  known: KnownProfile | undefined,
): Promise<string | null | Resolution> {
  if (!known || known.klaviyoId !== null || known.sentTo === null) return known?.klaviyoId ?? null
  const found = await findExisting(turn, [known.sentTo], { withOwner: true })
  const klaviyoId = found.byEmail.get(known.sentTo) ?? null
  if (klaviyoId !== null) return found.owners.get(klaviyoId) === customerId ? klaviyoId : null
  return found.interruption ? { kind: 'kept', waitMs: IDS_COME_MS } : null
}

/** Shopify does not show the merge: both customers are read again, and their profiles stay separate. */
function dismiss({ shop, clock }: ShopTurn, request: Request): Resolution {
  const [now, customers] = [clock(), customersOf(request)]
  const retries = Object.values(customers).map((customerId) => retryOf(customerId, now))
  return {
    kind: 'ended',
    save: (on) => saveRetries(shop, retries, now, on),
    saved: () => mergeStepped({ shop, ...customers, how: 'not_in_shopify' }),
  }
}

/** Lets both customers wait a little longer: Klaviyo may not have finished, and Shopify may still show the merged-away customer. */
function settle(
  { shop, clock }: ShopTurn,
  request: Request,
  how: Parameters<typeof mergeStepped>[0]['how'],
  source?: string,
): Resolution {
  const now = clock()
  const { goneId, keptId } = customersOf(request)
  const waitMs = how === 'asked' ? MERGE_TAKES_MS : replicaSafeFrom(now).getTime() - now.getTime()
  return {
    ...{ kind: 'kept', state: 'sent', waitMs, payload: { keptId, tries: 0 } },
    ...(source !== undefined && { remoteId: source }),
    async save(on) {
      await saveMergedAway(shop, goneId, now, on)
      // A run may have cleared the customer's own mark meanwhile, without knowing what the profile gets from the merge.
      await saveRetries(shop, [retryOf(keptId, new Date(now.getTime() + waitMs))], now, on)
    },
    saved: () => mergeStepped({ shop, goneId, keptId, how }),
  }
}

function retryOf(customerId: CustomerId, notBefore: Date) {
  return { customerId, attempt: 0, notBefore, singleOnly: false }
}

/** Checks a merge once Klaviyo has had time for it. Klaviyo does not report how it ended: while the source profile exists, it is asked again. */
async function check(turn: ShopTurn, request: Request): Promise<readonly Profiles[] | Resolution> {
  const { remoteId: source, payload } = request
  if (source === null) return { kind: 'ended' }
  const found = await callKlaviyo(turn, endpoints.findProfile, (access) =>
    findPerson(access, { klaviyoId: source }, ownerPropertiesOf(turn.policy.mapping)),
  )
  if (found.kind !== 'found') return found
  const { keptId } = customersOf(request)
  const into = (await findKnownProfiles(turn.shop, [keptId], autocommit)).get(keptId)?.klaviyoId
  const isThere = found.profiles.some(({ klaviyoId }) => klaviyoId === source)
  if (!isThere || !into || into === source) return { kind: 'ended' }
  return payload.tries >= KLAVIYO_RETRIES ? giveUp(turn, request) : [{ from: source, into }]
}

function askedAgain({ shop }: ShopTurn, request: Request): Resolution {
  const { payload } = request
  return {
    kind: 'kept',
    waitMs: MERGE_TAKES_MS,
    payload: { ...payload, tries: payload.tries + 1 },
    saved: () => mergeStepped({ shop, ...customersOf(request), how: 'asked_again' }),
  }
}

/** Leaves the merged-away customer's profile in Klaviyo, where it belongs to no customer any more. The kept customer is sent all the same. */
function giveUp({ shop }: ShopTurn, request: Request): Resolution {
  return { kind: 'ended', saved: () => mergeStepped({ shop, ...customersOf(request), how: 'given_up' }) }
}
