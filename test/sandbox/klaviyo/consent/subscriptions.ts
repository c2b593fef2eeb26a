import type { JsonObject } from '../json.ts'

export type Consent = 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NEVER_SUBSCRIBED'

export interface Suppression {
  readonly reason: 'HARD_BOUNCE' | 'INVALID_EMAIL' | 'SPAM_COMPLAINT' | 'UNSUBSCRIBE' | 'USER_SUPPRESSED'
  readonly timestamp: string
}

export interface ListSuppression {
  readonly list_id: string
  readonly reason: string
  readonly timestamp: string
}

export interface ChannelConsent {
  readonly consent: Consent
  /** When the person agreed or declined; null while it was never asked. */
  readonly consentedAt: string | null
  readonly updatedAt: string | null
  readonly method: string | null
}

/** What one person agreed to. Never changed in place, so that a million untouched profiles share one. */
export interface Subscriptions {
  readonly email: ChannelConsent
  readonly sms: ChannelConsent
  readonly smsTransactional: ChannelConsent
  readonly suppressions: readonly Suppression[]
  readonly listSuppressions: readonly ListSuppression[]
}

export type Channel = 'email' | 'sms' | 'smsTransactional'

const NEVER: ChannelConsent = { consent: 'NEVER_SUBSCRIBED', consentedAt: null, updatedAt: null, method: null }

/** A profile made by an upsert or an import starts like this and stays so: neither of them knows consent. */
export const NEVER_SUBSCRIBED: Subscriptions = {
  email: NEVER,
  sms: NEVER,
  smsTransactional: NEVER,
  suppressions: [],
  listSuppressions: [],
}

// "This API will remove any UNSUBSCRIBE, SPAM_REPORT or USER_SUPPRESSED suppressions" (bulk_subscribe_profiles)
const LIFTED_BY_SUBSCRIBING: readonly string[] = ['UNSUBSCRIBE', 'SPAM_COMPLAINT', 'USER_SUPPRESSED']

export function subscribed(before: Subscriptions, channel: Channel, consentedAt: string, now: string): Subscriptions {
  return {
    ...before,
    [channel]: { consent: 'SUBSCRIBED', consentedAt, updatedAt: now, method: 'API' },
    suppressions: before.suppressions.filter(({ reason }) => !LIFTED_BY_SUBSCRIBING.includes(reason)),
  }
}

/** Off everything of this channel; an address also becomes suppressed. */
export function unsubscribed(before: Subscriptions, channel: Channel, now: string): Subscriptions {
  const rest = before.suppressions.filter(({ reason }) => reason !== 'UNSUBSCRIBE')
  return {
    ...before,
    [channel]: { consent: 'UNSUBSCRIBED', consentedAt: now, updatedAt: now, method: 'API' },
    suppressions: channel === 'email' ? [...rest, { reason: 'UNSUBSCRIBE', timestamp: now }] : before.suppressions,
  }
}

export function unsubscribedFromList(before: Subscriptions, listId: string, now: string): Subscriptions {
  const entry: ListSuppression = { list_id: listId, reason: 'UNSUBSCRIBE', timestamp: now }
  return { ...before, listSuppressions: [...before.listSuppressions, entry] }
}

export function suppressed(before: Subscriptions, now: string): Subscriptions {
  if (before.suppressions.some(({ reason }) => reason === 'USER_SUPPRESSED')) return before
  return { ...before, suppressions: [...before.suppressions, { reason: 'USER_SUPPRESSED', timestamp: now }] }
}

/** Only what was suppressed by hand comes off; who unsubscribed or bounced stays out. */
export function unsuppressed(before: Subscriptions): Subscriptions {
  return { ...before, suppressions: before.suppressions.filter(({ reason }) => reason !== 'USER_SUPPRESSED') }
}

/** What `additional-fields[profile]=subscriptions` shows, in the shape that was recorded. */
export function subscriptionsDocument(of: Subscriptions, reachable: { email: boolean; phone: boolean }): JsonObject {
  return {
    email: {
      marketing: {
        can_receive_email_marketing:
          reachable.email && of.suppressions.length === 0 && of.email.consent !== 'UNSUBSCRIBED',
        ...channelDocument(of.email),
        custom_method_detail: null,
        double_optin: of.email.consent === 'SUBSCRIBED' ? false : null,
        suppression: of.suppressions,
        list_suppressions: of.listSuppressions,
      },
      open_tracking: NO_TRACKING,
      click_tracking: NO_TRACKING,
    },
    sms: {
      marketing: {
        can_receive_sms_marketing: reachable.phone && of.sms.consent === 'SUBSCRIBED',
        ...channelDocument(of.sms),
      },
      transactional: {
        can_receive_sms_transactional: reachable.phone && of.smsTransactional.consent === 'SUBSCRIBED',
        ...channelDocument(of.smsTransactional),
      },
    },
    mobile_push: {
      marketing: { can_receive_push_marketing: false, consent: 'NEVER_SUBSCRIBED', consent_timestamp: null },
    },
    whatsapp: null,
  }
}

const NO_TRACKING: JsonObject = {
  consent: 'NEVER_SUBSCRIBED',
  consent_timestamp: null,
  last_updated: null,
  created_timestamp: null,
  metadata: null,
  can_receive: false,
  valid_until: null,
}

function channelDocument(channel: ChannelConsent): JsonObject {
  return {
    consent: channel.consent,
    consent_timestamp: channel.consentedAt,
    last_updated: channel.updatedAt,
    method: channel.method,
    method_detail: null,
  }
}
