import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { requestDeletion } from '#app/klaviyo/request-deletion.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { saveRetries } from '#app/store/marks.ts'
import { hasRequests, type OutboxRequest } from '#app/store/outbox.ts'
import {
  addIdentifiers,
  type DeletionIdentifier,
  hasImportSubmittedBy,
  identifiersIn,
  releaseDeleted,
  saveDeleted,
} from '#app/store/tombstones.ts'
import { privacyEvent } from '../events.ts'
import { findErasedProfiles } from '../privacy/find-erased-profiles.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { fetchIds } from './fetch-ids.ts'
import type { RequestModule, Resolution } from './request-module.ts'
import { runOutbox } from './run-outbox.ts'

/** Klaviyo deletes some seconds after it has accepted the request. After this time, Lockstep checks that it has. */
const DELETION_TAKES_MS = 30_000
/** Without the scope nothing can be deleted. It is tried again now and then, and at once after a reconnection: the merchant may allow it. */
const SCOPE_AGAIN_MS = 6 * 60 * 60_000
/** Allowed for Klaviyo's reads to lag behind its writes. Klaviyo documents no limit. */
const READS_LAG_MS = 60_000
/** How long ids of imports are waited for. They usually come within seconds, for a large import within an hour. */
const IDS_COME_WITHIN_MS = 24 * 60 * 60_000
/** An import that was just being submitted when the customer was erased is submitted within this time, and usually ends within seconds. */
const SUBMITTED_WITHIN_MS = 60_000
const IMPORT_ENDS_MS = 2_000

type Request = OutboxRequest<'erase'>

/**
 * Asks Klaviyo to delete the profiles of a customer that was erased in Shopify, until it finds none any more. There is no last attempt,
 * because the deletion is a legal duty. A call names one profile, by Klaviyo id.
 */
export const erase: RequestModule<'erase', string, Awaited<ReturnType<typeof requestDeletion>>> = {
  kind: 'erase',
  endpoint: endpoints.requestDeletion,
  atATime: 20,
  atOnce: 1,
  prepare: async (turn, [request]) => [await find(turn, request!)],
  send: ({ credential }, klaviyoId) => requestDeletion(credential.access, klaviyoId),
  resolve({ shop }, { kind }, _klaviyoId, { id, subject, attempt }) {
    if (kind === 'scope_missing') return { kind: 'blocked', reason: kind, retryMs: SCOPE_AGAIN_MS }
    return {
      kind: 'kept',
      attempt: attempt + 1,
      waitMs: Math.max(DELETION_TAKES_MS, attempt === 0 ? 0 : backoffMs(attempt, id)),
      saved: () =>
        privacyEvent(kind === 'done' ? 'deletion_asked' : 'deletion_refused', {
          shop,
          customerId: subject as CustomerId,
        }),
    }
  },
}

/** Returns the profiles to be deleted. An import that was in flight when the customer was erased may still create the profile again. */
async function find(turn: ShopTurn, request: Request): Promise<readonly string[] | Resolution> {
  const { shop } = turn
  const { id, attempt, createdAt, payload } = request
  const customerId = request.subject as CustomerId
  if (await hasImportSubmittedBy(shop, after(createdAt, SUBMITTED_WITHIN_MS)))
    return { kind: 'kept', attempt, waitMs: IMPORT_ENDS_MS }
  const identifiers = identifiersIn(shop, customerId, payload.sealed)
  const found = await findErasedProfiles(turn, { customerId, identifiers })
  if (found.kind !== 'found') return found
  if (found.klaviyoIds.length === 0) {
    if (await mayStillAppear(turn, request, identifiers)) return { kind: 'kept', attempt, waitMs: backoffMs(1, id) }
    return settle(turn, customerId, identifiers)
  }
  // A customer that is written into one of these profiles before it is deleted is sent again afterwards.
  const profiles = found.klaviyoIds.map((klaviyoId) => ({ klaviyoId }))
  await transaction((on) => addIdentifiers(shop, customerId, profiles, on))
  return found.klaviyoIds
}

/**
 * Whether a profile may exist that was not found: Klaviyo's reads lag behind its writes, and an imported profile whose id is not known yet
 * cannot be found if its address was changed.
 */
async function mayStillAppear(
  turn: ShopTurn,
  { createdAt }: Request,
  identifiers: readonly DeletionIdentifier[],
): Promise<boolean> {
  if (turn.clock() < after(createdAt, READS_LAG_MS)) return true
  if (identifiers.some((identifier) => 'klaviyoId' in identifier)) return false
  if (turn.clock() > after(createdAt, IDS_COME_WITHIN_MS)) return false
  return (await runOutbox(turn, fetchIds)) > 0 || hasRequests(turn.shop, 'fetch_ids', autocommit)
}

function settle(
  { shop, clock }: ShopTurn,
  customerId: CustomerId,
  identifiers: readonly DeletionIdentifier[],
): Resolution {
  const now = clock()
  const deleted = identifiers.flatMap((identifier) => ('klaviyoId' in identifier ? identifier.klaviyoId : []))
  return {
    kind: 'ended',
    async save(on) {
      await saveDeleted(shop, customerId, now, on)
      const released = await releaseDeleted(shop, deleted, on)
      const retries = released.map((id) => ({ customerId: id, attempt: 0, notBefore: now, singleOnly: false }))
      await saveRetries(shop, retries, now, on)
    },
    saved: () => privacyEvent('deletion_done', { shop, customerId }),
  }
}
