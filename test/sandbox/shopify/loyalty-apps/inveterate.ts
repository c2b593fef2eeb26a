import { createHash } from 'node:crypto'
import { creditOf, loyaltyApp, type Owner } from './loyalty-app.ts'

const BALANCE = 'inveterate.balance'
const NEXT_PAYMENT = 'inveterate.next_payment'
const TAG = 'inveterate-tier#'

/** The ids that may stand for a tier: each plan of a membership has one of its own. */
export function inveterateTierIds(tier: string): readonly string[] {
  return ['monthly', 'yearly'].map((plan) => createHash('sha256').update(`${tier} ${plan}`).digest('hex').slice(0, 8))
}

/**
 * Inveterate sells memberships: the balance is store credit of its own, the tier is a tag with an id.
 * https://help.inveterate.com/dev/stack-reference-docs/customer-metafields
 */
export const inveterate = loyaltyApp({
  name: 'Inveterate',
  definitions: [
    { namespace: 'inveterate', key: 'balance', name: 'Store credit balance', type: 'number_decimal' },
    { namespace: 'inveterate', key: 'next_payment', name: 'Next payment', type: 'single_line_text_field' },
  ],
  places: [BALANCE, NEXT_PAYMENT],
  ownsTag: (tag) => tag.startsWith(TAG),
  keep: (member, owner) => {
    if (!member) return { metafields: {}, tags: [] }
    const { expiresAt, tier } = member
    const nextPayment = expiresAt?.slice(0, 10)
    return {
      metafields: {
        [BALANCE]: { type: 'number_decimal', value: creditOf(member) },
        ...(nextPayment && { [NEXT_PAYMENT]: { type: 'single_line_text_field', value: nextPayment } }),
      },
      tags: tier === null ? [] : [TAG + tierIdOf(tier, owner)],
    }
  },
  shows: (member, owner) => {
    if (!member) return {}
    const { expiresAt, tier } = member
    const credit = { amount: creditOf(member), currencyCode: owner.currency }
    const day = expiresAt?.slice(0, 10)
    return { credit, tier: tier && tierIdOf(tier, owner), ...(day && { expiresAt: day }) }
  },
  keepOddly: (member) => ({
    metafields: { [BALANCE]: { type: 'number_decimal', value: creditOf(member) } },
    tags: ['Gold', 'Silver'].map((tier) => TAG + inveterateTierIds(tier)[0]),
  }),
})

function tierIdOf(tier: string, { customerId }: Owner): string {
  const ids = inveterateTierIds(tier)
  return ids[Number(customerId.at(-1)) % ids.length]!
}
