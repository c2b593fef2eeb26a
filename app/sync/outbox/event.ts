import { backoffMs } from '#app/core/flow/backoff.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { eventProperties, isWorthWaiting, metricName } from '#app/core/profile/loyalty-event.ts'
import { createEvent, type EventOutcome } from '#app/klaviyo/create-event.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { clearBlock } from '#app/store/blocked.ts'
import { autocommit } from '#app/store/database.ts'
import { findKlaviyoIds } from '#app/store/klaviyo-ids.ts'
import { countDropped } from '#app/store/loyalty-settings.ts'
import type { OutboxRequest } from '#app/store/outbox.ts'
import { eventsSent, loyaltyEventDropped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { RequestModule, Resolution } from './request-module.ts'

/** For a key without the scope, and for a profile that was deleted: the next delivery may create another profile. */
const TRIED_AGAIN_MS = 60 * 60_000

type Request = OutboxRequest<'event'>

/**
 * Records a change of a loyalty value as an event, which can name its profile only by Klaviyo id. Klaviyo ignores a repeat under the same
 * id, so an event whose answer was lost is recorded once.
 */
export const event: RequestModule<'event', { readonly klaviyoId: string }, EventOutcome> = {
  kind: 'event',
  endpoint: endpoints.createEvent,
  atATime: 200,
  atOnce: 24,
  async prepare(turn, requests) {
    const klaviyoIds = await findKlaviyoIds(turn.shop, requests.map(customerOf), autocommit)
    return requests.map((request) => {
      const klaviyoId = klaviyoIds.get(customerOf(request))
      // The Klaviyo id is fetched after an import, or by the next delivery.
      return klaviyoId === undefined ? waitForProfile(turn, request, 'unlearnt') : [{ klaviyoId }]
    })
  },
  send({ credential }, { klaviyoId }, { id, payload, createdAt }) {
    const { metric, backfill } = payload
    const properties = eventProperties({ kind: metric, ...payload })
    return createEvent(credential.access, {
      ...{ uniqueId: id, klaviyoId, metric: metricName(metric), at: createdAt },
      ...{ backfill, properties },
    })
  },
  resolve(turn, answer, _send, request) {
    switch (answer.kind) {
      case 'taken':
        return { kind: 'ended' }
      case 'unknown_profile':
        return waitForProfile(turn, request, 'unknown_profile')
      case 'refused':
        return drop(turn, request, 'refused')
      case 'scope_missing':
        return { kind: 'blocked', reason: 'scope_missing', retryMs: TRIED_AGAIN_MS }
    }
  },
  async ended({ shop }, events) {
    await clearBlock(shop, 'event', autocommit)
    eventsSent({ shop, events })
  },
}

function customerOf({ subject }: Request): CustomerId {
  return subject as CustomerId
}

/** Without a profile an event waits, for some days. */
function waitForProfile(turn: ShopTurn, request: Request, why: 'unlearnt' | 'unknown_profile'): Resolution {
  if (!isWorthWaiting(request.createdAt, turn.clock())) return drop(turn, request, why)
  const attempt = request.attempt + 1
  return { kind: 'kept', attempt, waitMs: why === 'unlearnt' ? backoffMs(attempt, request.id) : TRIED_AGAIN_MS }
}

function drop({ shop }: ShopTurn, request: Request, why: string): Resolution {
  return {
    kind: 'ended',
    givenUp: true,
    save: (on) => countDropped(shop, on),
    saved: () => loyaltyEventDropped({ shop, customerId: customerOf(request), kind: request.payload.metric, why }),
  }
}
