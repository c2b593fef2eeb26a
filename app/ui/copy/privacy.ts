import type { TFunction } from 'i18next'
import { meanings } from '#app/core/profile/mapped-values.ts'
import type { HeldLoyalty } from '#app/core/report/data-request-view.ts'

export const privacyCopy = {
  title: 'Privacy',
  description: 'What Lockstep keeps about your customers, and which customers asked to see it.',
  holds:
    'About a customer Lockstep keeps numbers, times, a state, a fingerprint of the profile and the names of the fields it delivered. If Klaviyo refuses a profile, it keeps what Klaviyo answered. It keeps no names, addresses or other values of the fields; while loyalty activity or times of loyalty changes are on, only the loyalty values and times it last sent.',
  erases:
    'When a customer is erased in Shopify, Lockstep deletes what it keeps about the customer and never syncs that customer again.',
  open: 'See data requests',
  subtitle:
    'Customers who asked what is held about them, and what that was when they asked. A request is listed for 90 days.',
  none: 'No data requests yet',
  noneBody: 'When a customer asks you for their data in Shopify, the request appears here with what Lockstep holds.',
  customer: (customerId: string) => `Customer ${customerId}`,
  openInShopify: (customerId: string) => `Open customer ${customerId} in Shopify, in a new tab`,
  requestedAt: 'Requested at',
  held: 'What we hold',
  nothingHeld: 'Nothing is held about this customer.',
  state: 'State',
  fields: 'Names of the fields delivered',
  noFields: 'None',
  loyalty: 'Loyalty values',
  klaviyoProfile: 'Klaviyo profile',
  noKlaviyoProfile: 'Id not known',
  lastSynced: 'Last synced at',
} as const

const stateWords: Readonly<Record<string, string>> = {
  synced: 'In sync with Klaviyo',
  excluded: 'Left out of the sync',
  pending: 'On the way to Klaviyo',
  issue: 'Not in sync, with an open issue',
  forgotten: 'Forgotten by a reset, to be read again',
}

/** A profile's state in words; a state without words is shown as it is. */
export function stateInWords(state: string): string {
  return stateWords[state] ?? state
}

/** `Points: 250. Tier: Gold. Tier since: 2026-11-01T10:00:00+00:00.` */
export function loyaltyWords(t: TFunction, { values, tierSince, changedAt }: HeldLoyalty): string {
  const named = meanings.flatMap((kind) => {
    const value = values[kind]
    return value === undefined ? [] : `${t(`loyalty.kinds.${kind}`)}: ${value ?? 'none'}.`
  })
  if (tierSince) named.push(`Tier since: ${tierSince}.`)
  if (changedAt) named.push(`Last changed: ${changedAt}.`)
  return named.join(' ')
}
