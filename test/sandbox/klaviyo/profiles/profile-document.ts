import { subscriptionsDocument } from '../consent/subscriptions.ts'
import type { Call } from '../exchange/call.ts'
import { relationLinks, resourceLink } from '../exchange/links.ts'
import { additionalFields, sparseAttributes } from '../exchange/sparse-fields.ts'
import type { JsonObject } from '../json.ts'
import { locationFields, type ProfileRecord } from './profile-record.ts'

/** A profile as Klaviyo shows it: every attribute, null where it is unknown. */
export function profileDocument(call: Call, profile: ProfileRecord, extra: JsonObject = {}): JsonObject {
  const path = `/api/profiles/${profile.id}`
  const relation = (name: string) => ({ links: relationLinks(call, path, name) })
  return {
    type: 'profile',
    id: profile.id,
    attributes: {
      ...sparseAttributes(call, 'profile', { ...attributesOf(profile), ...extra }),
      ...addedOf(call, profile),
    },
    relationships: {
      lists: relation('lists'),
      segments: relation('segments'),
      'push-tokens': relation('push-tokens'),
      conversations: relation('conversations'),
    },
    links: resourceLink(call, path),
  }
}

function attributesOf(profile: ProfileRecord): JsonObject {
  const { location, properties, ...texts } = profile.attributes
  return {
    ...texts,
    anonymous_id: null,
    created: profile.created,
    updated: profile.updated,
    last_event_date: null,
    location: Object.fromEntries(locationFields.map((field) => [field, location?.[field] ?? null])),
    properties,
  }
}

function addedOf(call: Call, profile: ProfileRecord): JsonObject {
  const asked = additionalFields(call, 'profile')
  const added: JsonObject = {}
  if (asked.includes('subscriptions')) {
    const { email, phone_number } = profile.attributes
    const reachable = { email: email !== null, phone: phone_number !== null }
    added.subscriptions = subscriptionsDocument(profile.subscriptions, reachable)
  }
  if (asked.includes('predictive_analytics')) added.predictive_analytics = NOTHING_PREDICTED
  return added
}

const NOTHING_PREDICTED: JsonObject = {
  historic_number_of_orders: null,
  predicted_number_of_orders: null,
  average_days_between_orders: null,
  average_order_value: null,
  historic_clv: null,
  predicted_clv: null,
  total_clv: null,
  churn_probability: null,
  expected_date_of_next_order: null,
  ranked_channel_affinity: null,
}
