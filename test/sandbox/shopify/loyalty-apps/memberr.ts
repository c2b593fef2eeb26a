import { creditOf, loyaltyApp } from './loyalty-app.ts'

const NAMESPACE = 'app--60169453569--memberr_v2'
const CURRENT = `${NAMESPACE}.current_balance`
const UPCOMING = `${NAMESPACE}.upcoming_balance`
const MEMBERSHIP = `${NAMESPACE}.customer_membership`

/**
 * memberr counts in money, in a namespace of its own that every app may read.
 * https://memberr.de/docs/guides/shopify-metafields-and-metaobjects/customer-metafields
 */
export const memberr = loyaltyApp({
  name: 'memberr',
  definitions: [
    { namespace: NAMESPACE, key: 'current_balance', name: 'Current balance', type: 'money' },
    { namespace: NAMESPACE, key: 'upcoming_balance', name: 'Upcoming balance', type: 'money' },
    { namespace: NAMESPACE, key: 'customer_membership', name: 'Membership', type: 'single_line_text_field' },
  ],
  places: [CURRENT, UPCOMING, MEMBERSHIP],
  keep: (member, { currency }) => {
    if (!member) return { metafields: {}, tags: [] }
    const { tier } = member
    return {
      metafields: {
        [CURRENT]: money(creditOf(member), currency),
        [UPCOMING]: money('0.00', currency),
        ...(tier !== null && { [MEMBERSHIP]: { type: 'single_line_text_field', value: tier } }),
      },
      tags: [],
    }
  },
  shows: (member, { currency }) => {
    if (!member) return {}
    return { credit: { amount: creditOf(member), currencyCode: currency }, tier: member.tier }
  },
})

function money(amount: string, currency: string) {
  return { type: 'money', value: JSON.stringify({ amount, currency_code: currency }) }
}
