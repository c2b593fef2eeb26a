import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportedProfile, listImportedProfiles } from '#app/klaviyo/imported-profiles.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import { markAgain, saveRetries } from '#app/store/marks.ts'
import { findOwners, releaseProfiles, resendWith, saveContested } from '#app/store/profile-owners.ts'
import {
  deferSettledImport,
  findDueSettledImport,
  findKlaviyoIds,
  forgetSettledImport,
  saveKlaviyoIds,
  saveNextPage,
} from '#app/store/settled-imports.ts'
import { holdAccount } from '#app/store/shops.ts'
import { addIdentifiers, findAwaitingDeletion } from '#app/store/tombstones.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { profileContested } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

const KLAVIYO_AWAY_MS = 15_000
/** Klaviyo merges some seconds after it has accepted the request. A push of the customer waits that long. */
const MERGE_TAKES_MS = 30_000

/**
 * Reads one page of the profiles that an import wrote and saves their Klaviyo ids, so that a customer whose address changes keeps the same
 * profile. The answer to an import contains no ids. Returns whether it made progress.
 */
export async function fetchKlaviyoIds(turn: ShopTurn): Promise<boolean> {
  const { shop, credential, clock } = turn
  const due = await findDueSettledImport(shop, clock())
  if (!due) return false
  const allowed = await acquireCalls(turn, endpoints.listImported, 1)
  const putOff = async (interruption: Interruption) => {
    const ms = interruption.kind === 'throttled' ? interruption.retryAfterMs : KLAVIYO_AWAY_MS
    await deferSettledImport(shop, due.klaviyoJob, after(clock(), ms))
    return false
  }
  if (allowed.kind !== 'granted') return putOff(allowed)
  const answer = await listImportedProfiles(credential.key, due.nextPage === null ? due : { next: due.nextPage })
  const stop = await applyBackpressure(turn, allowed, [answer])
  if (answer.kind === 'gone') {
    await forgetSettledImport(shop, due.klaviyoJob)
    return true
  }
  if (answer.kind !== 'page') {
    return putOff(stop ?? answer)
  }
  const second = await listSecondProfiles(turn, answer.profiles)
  for (const { from, into } of second) {
    const taken = await acquireCalls(turn, endpoints.mergeProfiles, 1)
    const merged = taken.kind === 'granted' ? await mergeProfiles(credential.key, { from, into }) : taken
    const mergeStop = taken.kind === 'granted' ? await applyBackpressure(turn, taken, [merged]) : taken
    if (merged.kind === 'taken' || merged.kind === 'refused') continue // refused: one of the two no longer exists
    return putOff(mergeStop ?? merged)
  }
  await transaction(async (on) => {
    if (!(await holdAccount(shop, credential.accountId, on))) return
    await recordErased(turn, answer.profiles, on)
    await saveClaims(turn, answer.profiles, on)
    await resendMerged(turn, second, on)
    await saveNextPage(shop, due.klaviyoJob, answer.next, on)
  })
  return true
}

/** Adds the ids of customers that were erased meanwhile to their pending deletion, so that their profiles are found by id as well. */
async function recordErased({ shop }: ShopTurn, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
  const waiting = await findAwaitingDeletion(
    shop,
    profiles.map(({ customerId }) => customerId),
    on,
  )
  for (const { customerId, klaviyoId } of profiles)
    if (waiting.has(customerId)) await addIdentifiers(shop, customerId, [{ klaviyoId }], on)
}

interface SecondProfile {
  readonly customerId: ImportedProfile['customerId']
  readonly from: string
  readonly into: string
}

/**
 * Lists profiles that an import created for customers that have another one by now, because their address changed before the id was fetched.
 * The two are to be merged. A profile that belongs to another customer is not listed, whatever customer id it still contains.
 */
async function listSecondProfiles({ shop }: ShopTurn, profiles: readonly ImportedProfile[]): Promise<SecondProfile[]> {
  const known = await findKlaviyoIds(
    shop,
    profiles.map(({ customerId }) => customerId),
  )
  const others = profiles.filter(({ customerId, klaviyoId }) => {
    const own = known.get(customerId)
    return own !== undefined && own !== klaviyoId
  })
  const owners = await findOwners(
    shop,
    others.map(({ klaviyoId }) => klaviyoId),
    autocommit,
  )
  return others
    .filter(({ klaviyoId }) => !owners.has(klaviyoId))
    .map(({ customerId, klaviyoId }) => ({ customerId, from: klaviyoId, into: known.get(customerId)! }))
}

/** Fields that come from the merged profile are corrected by one more push. */
async function resendMerged(
  { shop, policy, clock }: ShopTurn,
  merged: readonly SecondProfile[],
  on: Sql,
): Promise<void> {
  const fields = [...fieldsOf(policy.mapping.mapping)]
  for (const { customerId } of merged) await resendWith(shop, { customerId, fields }, on)
  const notBefore = after(clock(), MERGE_TAKES_MS)
  const retries = merged.map(({ customerId }) => ({ customerId, attempt: 0, notBefore, singleOnly: false }))
  await saveRetries(shop, retries, clock(), on)
}

/** Saves the ids of profiles, except those that belong to another customer already: two customers never share one (claim-profiles.ts). */
async function saveClaims({ shop, clock }: ShopTurn, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
  const now = clock()
  const known = await findKlaviyoIds(
    shop,
    profiles.map(({ customerId }) => customerId),
    on,
  )
  const unknown = profiles.filter(({ customerId }) => !known.has(customerId))
  const owners = await findOwners(
    shop,
    unknown.map(({ klaviyoId }) => klaviyoId),
    on,
  )
  for (const { customerId, klaviyoId } of unknown) {
    const owner = owners.get(klaviyoId)
    if (!owner) continue
    profileContested(shop, { how: owner.canBeTakenOver ? 'taken_over' : 'waits' })
    if (owner.canBeTakenOver) {
      await releaseProfiles(shop, [owner.customerId], on)
      await resendWith(shop, { customerId, fields: owner.fields, adds: true }, on)
      await markAgain(shop, [customerId], now, on)
    } else {
      await saveContested(shop, { customerId, klaviyoId }, on)
      await resendWith(shop, { customerId: owner.customerId, fields: owner.fields }, on)
      await markAgain(shop, [owner.customerId], now, on)
      const notBefore = after(now, backoffMs(1, customerId))
      await saveRetries(shop, [{ customerId, attempt: 1, notBefore, singleOnly: false }], now, on)
    }
  }
  const free = unknown.filter(({ klaviyoId }) => !owners.has(klaviyoId) || owners.get(klaviyoId)!.canBeTakenOver)
  await saveKlaviyoIds(shop, free, on)
}
