import { faultInProfile } from '#test/sandbox/klaviyo/profiles/profile-validation.ts'
import { gidOf } from '#test/sandbox/shopify/global-id.ts'
import { type CustomerView, profilesInTheWay } from './customer-view.ts'
import { hasContradiction } from './expectation/expected-profile.ts'

/**
 * Tells of each reason for which an issue may be open whether it is true of the customer. To teach the judge a new reason, give it a
 * line here that asks the stand-ins, never the app.
 */
export const issueChecks: Readonly<Record<string, (view: CustomerView) => boolean>> = {
  invalid_email: (view) => view.address.kind === 'malformed' || isRefusedAddress(view),
  profile_refused: (view) => view.account.parts.refusals.of(view.customer.id).length > 0,
  too_large: ({ expected }) => expected !== null && bytesOf(Object.fromEntries(expected)) > MOST_BYTES,
  identity_conflict: (view) => profilesInTheWay(view).length > 0,
  klaviyo_unavailable: ({ account }) =>
    account.parts.refusals.unanswered > 0 || account.jobs().some(({ status }) => status !== 'complete'),
  fields_withheld: ({ shop }) => shop.faults.standing().some(({ kind }) => kind === 'field-denied'),
  unreadable_record: ({ shop, customer }) =>
    (['file', 'live'] as const).some((where) =>
      shop.faults.oddRecords(shop.domain, where).has(gidOf('Customer', customer.id)),
    ),
  conflicting_tags: ({ customer, rows, shop }) => hasContradiction(customer, rows.choices.mapping, shop),
  // Which reads were stale is not kept: it is believed.
  shopify_stale: () => true,
}

/** The reasons of customers whom Shopify does not show as they are. */
export const unreadCodes: readonly (string | null)[] = ['fields_withheld', 'unreadable_record']

/** What is promised to be sent at most is 100,000 bytes; the flat form that is measured here is a little larger than what travels. */
const MOST_BYTES = 98_000

function isRefusedAddress({ address, customer, account }: CustomerView): boolean {
  if (address.kind !== 'address') return false
  const attributes = { email: address.address }
  if (faultInProfile({ type: 'profile', attributes }, 'single') !== null) return true
  return account.parts.refusals.of(customer.id).some(({ pointer }) => pointer.endsWith('/email'))
}

function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}
