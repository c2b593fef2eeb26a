import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import { isInterruption } from '#app/core/flow/push-outcome.ts'
import { fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { ownerPropertiesOf } from '#app/core/profile/sharing.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type ImportedProfile, listImportedProfiles } from '#app/klaviyo/imported-profiles.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import { autocommit, type Sql } from '#app/store/database.ts'
import { findKlaviyoIds, saveKlaviyoIds } from '#app/store/klaviyo-ids.ts'
import { markAgain, saveRetries } from '#app/store/marks.ts'
import { findSubjects, type OutboxRequest } from '#app/store/outbox.ts'
import { findOwners, releaseProfiles, resendWith, saveContested } from '#app/store/profile-owners.ts'
import { addIdentifiers } from '#app/store/tombstones.ts'
import { profileContested } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { callKlaviyo } from './call-klaviyo.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/** Klaviyo merges some seconds after it has accepted the request. A push of the customer waits that long. */
const MERGE_TAKES_MS = 30_000

type Request = OutboxRequest<'fetch_ids'>
type Answer = Awaited<ReturnType<typeof listImportedProfiles>>

/**
 * Reads one page of the profiles that an import wrote and saves their Klaviyo ids, so that a customer whose address changes keeps the same
 * profile. The answer to an import contains no ids.
 */
export const fetchIds: RequestModule<'fetch_ids', Request, Answer> = {
  kind: 'fetch_ids',
  endpoint: endpoints.listImported,
  atATime: 1,
  atOnce: 1,
  prepare: async (_turn, requests) => requests.map((request) => [request]),
  send: ({ credential: { access }, policy }, { subject: klaviyoJob, payload: { next } }) =>
    listImportedProfiles(access, next === null ? { klaviyoJob } : { next }, ownerPropertiesOf(policy.mapping)),
  resolve: async (turn, answer) => (answer.kind === 'gone' ? { kind: 'ended' } : savePage(turn, answer)),
}

async function savePage(turn: ShopTurn, { profiles, next }: Extract<Answer, { kind: 'page' }>): Promise<Resolution> {
  const second = await listSecondProfiles(turn, profiles)
  for (const { from, into } of second) {
    const merged = await callKlaviyo(turn, endpoints.mergeProfiles, (access) => mergeProfiles(access, { from, into }))
    if (isInterruption(merged)) return merged // `refused`: one of the two no longer exists
  }
  const save = async (on: Sql) => {
    await recordErased(turn, profiles, on)
    await saveClaims(turn, profiles, on)
    await resendMerged(turn, second, on)
  }
  return next === null ? { kind: 'ended', save } : { kind: 'kept', waitMs: 0, payload: { next }, save }
}

/** Adds the ids of customers that were erased meanwhile to their pending deletion, so that their profiles are found by id as well. */
async function recordErased({ shop }: ShopTurn, profiles: readonly ImportedProfile[], on: Sql): Promise<void> {
  const waiting = await findSubjects(
    shop,
    'erase',
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
    autocommit,
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
  const fields = [...fieldsOf(policy.mapping.mapping, policy.mapping.sharing)]
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
