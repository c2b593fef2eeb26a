import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { requestDeletion } from '#app/klaviyo/request-deletion.ts'
import { transaction } from '#app/store/database.ts'
import { saveRetries } from '#app/store/marks.ts'
import { hasSettledImports } from '#app/store/settled-imports.ts'
import {
  addIdentifiers,
  deferDeletion,
  listDueDeletions,
  type PendingDeletion,
  releaseDeleted,
  saveDeleted,
} from '#app/store/tombstones.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedAnswers } from '../deliver/heed-answers.ts'
import { takeCalls } from '../deliver/take-calls.ts'
import { privacyEvent } from '../events.ts'
import { learnKlaviyoIds } from '../identity/learn-klaviyo-ids.ts'
import { findTheirs } from './find-theirs.ts'

const AT_A_TIME = 20
/** Klaviyo deletes a little after it has said so; then it is looked whether it has. */
const DELETION_TAKES_MS = 30_000
/** How far Klaviyo's reads lag behind its writes is not said. */
const READS_LAG_MS = 60_000
/** Ids of an import come within seconds, or for a large one within the hour. */
const IDS_COME_WITHIN_MS = 24 * 60 * 60_000

/**
 * Asks Klaviyo to delete the profiles of people who were erased in Shopify, until it finds none of theirs any more: an hour's fault
 * changes nothing about a right. Returns how many it looked at.
 */
export async function eraseInKlaviyo(conducting: Conducting): Promise<number> {
  const { shop, connection, clock } = conducting
  let looked = 0
  for (const pending of await listDueDeletions(shop, connection.accountId, AT_A_TIME, clock())) {
    const outcome = await eraseOne(conducting, pending)
    if (outcome === 'not_now') break
    looked++
  }
  return looked
}

async function eraseOne(conducting: Conducting, pending: PendingDeletion): Promise<'looked' | 'not_now'> {
  const { shop, clock } = conducting
  const { customerId, attempt } = pending
  const putOff = async (ms: number, tries: number) => {
    await deferDeletion(shop, customerId, { attempt: tries, notBefore: after(clock(), ms) })
  }
  const found = await findTheirs(conducting, pending)
  if (found.kind !== 'found') {
    await putOff(waitAfter(found, pending), attempt + 1)
    return 'not_now'
  }
  if (found.klaviyoIds.length === 0) {
    if (await mayStillShow(conducting, pending)) {
      await putOff(backoffMs(1, customerId), attempt)
      return 'looked'
    }
    await settle(conducting, pending)
    return 'looked'
  }
  // A customer who is sent into one of these profiles before it is deleted is sent again afterwards.
  await transaction((on) =>
    addIdentifiers(
      shop,
      customerId,
      found.klaviyoIds.map((klaviyoId) => ({ klaviyoId })),
      on,
    ),
  )
  for (const klaviyoId of found.klaviyoIds) {
    const interruption = await askForDeletion(conducting, customerId, klaviyoId)
    if (!interruption) continue
    await putOff(waitAfter(interruption, pending), attempt + 1)
    return 'not_now'
  }
  await putOff(Math.max(DELETION_TAKES_MS, attempt === 0 ? 0 : backoffMs(attempt, customerId)), attempt + 1)
  return 'looked'
}

function waitAfter(interruption: Interruption, { attempt, customerId }: PendingDeletion): number {
  return interruption.kind === 'throttled' ? interruption.retryAfterMs : backoffMs(attempt + 1, customerId)
}

async function askForDeletion(
  conducting: Conducting,
  customerId: CustomerId,
  klaviyoId: string,
): Promise<Interruption | null> {
  const { shop, connection } = conducting
  const allowed = await takeCalls(conducting, endpoints.requestDeletion, 1)
  if (allowed.kind !== 'granted') return allowed
  const outcome = await requestDeletion(connection.key, klaviyoId)
  const stop = await heedAnswers(conducting, allowed, [outcome])
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    privacyEvent(outcome.kind === 'done' ? 'deletion_asked' : 'deletion_refused', { shop, customerId })
    return null
  }
  return stop ?? outcome
}

/**
 * Whether a profile may exist that Klaviyo does not show yet: its reads lag behind pushes, and the id of an imported profile may still be
 * unknown to us, while its address may have changed.
 */
async function mayStillShow(conducting: Conducting, { identifiers, erasedAt }: PendingDeletion): Promise<boolean> {
  if (conducting.clock() < after(erasedAt, READS_LAG_MS)) return true
  if (identifiers.some((identifier) => 'klaviyoId' in identifier)) return false
  if (conducting.clock() > after(erasedAt, IDS_COME_WITHIN_MS)) return false
  return (await learnKlaviyoIds(conducting)) || hasSettledImports(conducting.shop)
}

async function settle({ shop, clock }: Conducting, { customerId, identifiers }: PendingDeletion): Promise<void> {
  const now = clock()
  const deleted = identifiers.flatMap((identifier) => ('klaviyoId' in identifier ? identifier.klaviyoId : []))
  await transaction(async (on) => {
    await saveDeleted(shop, customerId, now, on)
    const released = await releaseDeleted(shop, deleted, on)
    const retries = released.map((id) => ({ customerId: id, attempt: 0, notBefore: now, alone: false }))
    await saveRetries(shop, retries, now, on)
  })
  privacyEvent('deletion_done', { shop, customerId })
}
