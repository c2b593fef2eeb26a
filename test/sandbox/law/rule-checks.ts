import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import type { AudienceChoice } from './choices.ts'

/** Tells of each rule, by the name under which it excludes, whether it leaves a customer out. In the order in which they are asked. */
export const ruleChecks: readonly (readonly [
  code: string,
  leavesOut: (customer: Customer, audience: AudienceChoice, shop: Shop) => boolean,
])[] = [
  [
    'rule_tags',
    ({ tags }, { tags: { anyOf, noneOf } }) => {
      const carries = (tag: string) => tags.some((one) => plain(one) === plain(tag))
      return (anyOf.length > 0 && !anyOf.some(carries)) || noneOf.some(carries)
    },
  ],
  ['rule_account_state', ({ state }, { accountStates }) => isOutside(accountStates, state)],
  [
    'rule_consent',
    ({ defaultEmailAddress }, { consent }) => {
      const state = defaultEmailAddress?.marketingState
      if (consent === 'subscribed') return state !== 'SUBSCRIBED'
      return consent === 'not_unsubscribed' && state === 'UNSUBSCRIBED'
    },
  ],
  ['rule_country', ({ defaultAddress }, { countries }) => isOutside(countries, defaultAddress?.countryCodeV2)],
  [
    'rule_segment',
    ({ id }, { segments }, shop) =>
      segments.length > 0 && !segments.some((segment) => shop.segments.get(segment.id)?.memberIds.includes(id)),
  ],
  [
    'rule_company',
    ({ companyContactProfiles: contacts }, { companies: { who, companies, roles } }, shop) => {
      if (who === 'everyone') return false
      if (who === 'no_contacts') return contacts.length > 0
      const chosen = companies.map(({ id }) => id)
      const fits = contacts.filter(({ company }) => !isOutside(chosen, company.id))
      if (roles.length === 0) return fits.length === 0
      const held = fits.flatMap((contact) => shop.companies.rolesOf(contact).map(({ role }) => role.name))
      return !held.some((role) => roles.includes(role))
    },
  ],
]

/** With nothing chosen, nobody is outside. */
function isOutside(chosen: readonly string[], value: string | null | undefined): boolean {
  return chosen.length > 0 && !chosen.some((one) => one === value)
}

/** Tags that differ in case only, or in how an accent is written, are the same. */
function plain(tag: string): string {
  return tag.normalize('NFC').trim().toLowerCase()
}
