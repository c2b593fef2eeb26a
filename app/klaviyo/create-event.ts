import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { PropertyItem } from '#app/core/profile/profile.ts'
import { askKlaviyo } from './ask-klaviyo.ts'

/** An event of a person whose profile Klaviyo has. */
export interface OutgoingEvent {
  /** Klaviyo accepts and drops a repeat for the same profile and metric. */
  readonly uniqueId: string
  readonly klaviyoId: string
  readonly metric: string
  readonly at: Date
  readonly properties: Readonly<Record<string, PropertyItem>>
  /** Recorded without triggering flows. */
  readonly backfill: boolean
}

export type EventOutcome =
  | { readonly kind: 'taken' }
  /** Klaviyo has no profile with that id: it was deleted, or merged into another. */
  | { readonly kind: 'unknown_profile' }
  /** Klaviyo does not accept this event. `words` is its explanation. */
  | { readonly kind: 'refused'; readonly words: string }
  /** The key lacks the scope to record events. It may be valid for everything else. */
  | { readonly kind: 'scope_missing' }
  | Interruption

/**
 * Records one event. The profile is identified by Klaviyo's id only, so that an event neither creates nor changes a profile.
 * https://developers.klaviyo.com/en/reference/create_event
 */
export async function createEvent(access: KlaviyoAccess, event: OutgoingEvent): Promise<EventOutcome> {
  const answer = await askKlaviyo(access, {
    method: 'POST',
    path: '/api/events',
    body: bodyOf(event),
    mayLackScope: true,
  })
  if (answer.kind === 'answered') return { kind: 'taken' }
  if (answer.kind === 'unauthorized') return answer.forbidden ? { kind: 'scope_missing' } : answer
  if (answer.kind !== 'refused') return answer
  if (answer.status === 404) return { kind: 'unknown_profile' }
  return { kind: 'refused', words: answer.errors[0]?.words ?? '' }
}

// No `value`: Klaviyo takes it for money, and would count points as revenue.
function bodyOf({ uniqueId, klaviyoId, metric, at, properties, backfill }: OutgoingEvent): string {
  const attributes = {
    properties,
    time: at.toISOString(),
    unique_id: uniqueId,
    backfill,
    metric: { data: { type: 'metric', attributes: { name: metric } } },
    profile: { data: { type: 'profile', id: klaviyoId, attributes: {} } },
  }
  return JSON.stringify({ data: { type: 'event', attributes } })
}

/** Whether a key may record events. An empty body is refused either way, with 403 if it may not. Nothing is recorded. */
export async function mayCreateEvents(
  access: KlaviyoAccess,
): Promise<{ readonly kind: 'may' } | { readonly kind: 'scope_missing' } | Interruption> {
  const answer = await askKlaviyo(access, { method: 'POST', path: '/api/events', body: '{}', mayLackScope: true })
  if (answer.kind === 'unauthorized' && answer.forbidden) return { kind: 'scope_missing' }
  return answer.kind === 'answered' || answer.kind === 'refused' ? { kind: 'may' } : answer
}
