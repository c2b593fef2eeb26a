import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { requestDeletion } from '#app/klaviyo/request-deletion.ts'
import { transaction } from '#app/store/database.ts'
import { saveRetries } from '#app/store/marks.ts'
import { hasRequests } from '#app/store/outbox.ts'
import {
  addIdentifiers,
  deferDeletion,
  listDueDeletions,
  type PendingDeletion,
  releaseDeleted,
  saveDeleted,
} from '#app/store/tombstones.ts'
import { acquireCalls } from '../deliver/acquire-calls.ts'
import { applyBackpressure } from '../deliver/apply-backpressure.ts'
import { privacyEvent } from '../events.ts'
import { fetchIds } from '../outbox/fetch-ids.ts'
import { runOutbox } from '../outbox/run-outbox.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { findErasedProfiles } from './find-erased-profiles.ts'

const AT_A_TIME = 20
/** Klaviyo deletes some seconds after it has accepted the request. After this time, Lockstep checks that it has. */
const DELETION_TAKES_MS = 30_000
/** Allowed for Klaviyo's reads to lag behind its writes. Klaviyo documents no limit. */
const READS_LAG_MS = 60_000
/** How long ids of imports are waited for. They usually come within seconds, for a large import within an hour. */
const IDS_COME_WITHIN_MS = 24 * 60 * 60_000

/**
 * Asks Klaviyo to delete the profiles of customers that were erased in Shopify, until it finds none any more. There is no last attempt,
 * because the deletion is a legal duty. Returns how many customers it checked.
 */
export async function eraseInKlaviyo(turn: ShopTurn): Promise<number> {
  const { shop, credential, clock } = turn
  let looked = 0
  for (const pending of await listDueDeletions(shop, credential.accountId, AT_A_TIME, clock())) {
    const outcome = await eraseOne(turn, pending)
    if (outcome === 'not_now') break
    looked++
  }
  return looked
}

async function eraseOne(turn: ShopTurn, pending: PendingDeletion): Promise<'looked' | 'not_now'> {
  const { shop, clock } = turn
  const { customerId, attempt } = pending
  const putOff = async (ms: number, tries: number) => {
    await deferDeletion(shop, customerId, { attempt: tries, notBefore: after(clock(), ms) })
  }
  const found = await findErasedProfiles(turn, pending)
  if (found.kind !== 'found') {
    await putOff(waitAfter(found, pending), attempt + 1)
    return 'not_now'
  }
  if (found.klaviyoIds.length === 0) {
    if (await mayStillAppear(turn, pending)) {
      await putOff(backoffMs(1, customerId), attempt)
      return 'looked'
    }
    await settle(turn, pending)
    return 'looked'
  }
  // A customer that is written into one of these profiles before it is deleted is sent again afterwards.
  await transaction((on) =>
    addIdentifiers(
      shop,
      customerId,
      found.klaviyoIds.map((klaviyoId) => ({ klaviyoId })),
      on,
    ),
  )
  for (const klaviyoId of found.klaviyoIds) {
    const interruption = await askForDeletion(turn, customerId, klaviyoId)
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

async function askForDeletion(turn: ShopTurn, customerId: CustomerId, klaviyoId: string): Promise<Interruption | null> {
  const { shop, credential } = turn
  const allowed = await acquireCalls(turn, endpoints.requestDeletion, 1)
  if (allowed.kind !== 'granted') return allowed
  const outcome = await requestDeletion(credential.key, klaviyoId)
  const stop = await applyBackpressure(turn, allowed, [outcome])
  if (outcome.kind === 'done' || outcome.kind === 'refused') {
    privacyEvent(outcome.kind === 'done' ? 'deletion_asked' : 'deletion_refused', { shop, customerId })
    return null
  }
  return stop ?? outcome
}

/**
 * Whether a profile may exist that was not found: Klaviyo's reads lag behind its writes, and an imported profile whose id is not known yet
 * cannot be found if its address was changed.
 */
async function mayStillAppear(turn: ShopTurn, { identifiers, erasedAt }: PendingDeletion): Promise<boolean> {
  if (turn.clock() < after(erasedAt, READS_LAG_MS)) return true
  if (identifiers.some((identifier) => 'klaviyoId' in identifier)) return false
  if (turn.clock() > after(erasedAt, IDS_COME_WITHIN_MS)) return false
  return (await runOutbox(turn, fetchIds)) > 0 || hasRequests(turn.shop, 'fetch_ids')
}

async function settle({ shop, clock }: ShopTurn, { customerId, identifiers }: PendingDeletion): Promise<void> {
  const now = clock()
  const deleted = identifiers.flatMap((identifier) => ('klaviyoId' in identifier ? identifier.klaviyoId : []))
  await transaction(async (on) => {
    await saveDeleted(shop, customerId, now, on)
    const released = await releaseDeleted(shop, deleted, on)
    const retries = released.map((id) => ({ customerId: id, attempt: 0, notBefore: now, singleOnly: false }))
    await saveRetries(shop, retries, now, on)
  })
  privacyEvent('deletion_done', { shop, customerId })
}
