import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportedProfile, listImportedProfiles } from '#app/klaviyo/imported-profiles.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { markAgain, saveRetries } from '#app/store/marks.ts'
import { findOwners, releaseProfiles, resendWith, saveContested } from '#app/store/profile-owners.ts'
import {
  deferSettledImport,
  findDueSettledImport,
  findKlaviyoIds,
  forgetSettledImport,
  saveLearntIds,
  saveNextPage,
} from '#app/store/settled-imports.ts'
import { holdAccount } from '#app/store/shops.ts'
import { addIdentifiers, findAwaitingDeletion } from '#app/store/tombstones.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { takeCalls } from '../deliver/take-calls.ts'
import { profileContested } from '../events.ts'

const KLAVIYO_AWAY_MS = 15_000
/** Klaviyo merges a little after it has said so; a push of the customer waits that long. */
const MERGE_TAKES_MS = 30_000

/**
 * Learns one page of the Klaviyo ids that an import made, so that a changed address finds the same profile again. An import
 * answers with none. Returns whether it learnt anything.
 */
export async function learnKlaviyoIds(conducting: Conducting): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const due = await findDueSettledImport(shop, clock())
  if (!due) return false
  const allowed = await takeCalls(conducting, endpoints.listImported, 1)
  const putOff = async (interruption: Interruption) => {
    const ms = interruption.kind === 'throttled' ? interruption.retryAfterMs : KLAVIYO_AWAY_MS
    await deferSettledImport(shop, due.klaviyoJob, after(clock(), ms))
    return false
  }
  if (allowed.kind !== 'granted') return putOff(allowed)
  const answer = await listImportedProfiles(connection.key, due.nextPage === null ? due : { next: due.nextPage })
  const stop = await heedAnswers(conducting, allowed, [answer])
  if (answer.kind === 'gone') {
    await forgetSettledImport(shop, due.klaviyoJob)
    return true
  }
  if (answer.kind !== 'page') {
    return putOff(stop ?? answer)
  }
  const second = await listSecondProfiles(conducting, answer.profiles)
  for (const { from, into } of second) {
    const taken = await takeCalls(conducting, endpoints.mergeProfiles, 1)
    const merged = taken.kind === 'granted' ? await mergeProfiles(connection.key, { from, into }) : taken
    const mergeStop = taken.kind === 'granted' ? await heedAnswers(conducting, taken, [merged]) : taken
    if (merged.kind === 'taken' || merged.kind === 'refused') continue // refused: one of the two is no more
    return putOff(mergeStop ?? merged)
  }
  await transaction(async (on) => {
    if (!(await holdAccount(shop, connection.accountId, on))) return
    await noteErased(conducting, answer.profiles, on)
    await saveClaims(conducting, answer.profiles, on)
    await resendMerged(conducting, second, on)
    await saveNextPage(shop, due.klaviyoJob, answer.next, on)
  })
  return true
}

/** Klaviyo is still to be asked to delete those who were erased meanwhile: now by their id as well. */
async function noteErased({ shop }: Conducting, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
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
 * Profiles that an import made for customers who have another one by now: their address changed before the id was learnt. The two
 * are to become one. A profile that is another customer's is not theirs, whatever it still says.
 */
async function listSecondProfiles(
  { shop }: Conducting,
  profiles: readonly ImportedProfile[],
): Promise<SecondProfile[]> {
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
  )
  return others
    .filter(({ klaviyoId }) => !owners.has(klaviyoId))
    .map(({ customerId, klaviyoId }) => ({ customerId, from: klaviyoId, into: known.get(customerId)! }))
}

/** What comes along with the other profile is put right by one more push. */
async function resendMerged(
  { shop, connection, clock }: Conducting,
  merged: readonly SecondProfile[],
  on: Sql,
): Promise<void> {
  const fields = [...fieldsOf(connection.mapping.mapping)]
  for (const { customerId } of merged) await resendWith(shop, { customerId, fields }, on)
  const notBefore = after(clock(), MERGE_TAKES_MS)
  const retries = merged.map(({ customerId }) => ({ customerId, attempt: 0, notBefore, alone: false }))
  await saveRetries(shop, retries, clock(), on)
}

/** Records whose profiles they are, but for one that is another customer's already: two never share one (claim-profiles.ts). */
async function saveClaims({ shop, clock }: Conducting, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
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
    profileContested(shop, { how: owner.hasLeft ? 'taken_over' : 'waits' })
    if (owner.hasLeft) {
      await releaseProfiles(shop, [owner.customerId], on)
      await resendWith(shop, { customerId, fields: owner.fields, adds: true }, on)
      await markAgain(shop, [customerId], now, on)
    } else {
      await saveContested(shop, { customerId, klaviyoId }, on)
      await resendWith(shop, { customerId: owner.customerId, fields: owner.fields }, on)
      await markAgain(shop, [owner.customerId], now, on)
      const notBefore = after(now, backoffMs(1, customerId))
      await saveRetries(shop, [{ customerId, attempt: 1, notBefore, alone: false }], now, on)
    }
  }
  const free = unknown.filter(({ klaviyoId }) => !owners.has(klaviyoId) || owners.get(klaviyoId)!.hasLeft)
  await saveLearntIds(shop, free, on)
}
