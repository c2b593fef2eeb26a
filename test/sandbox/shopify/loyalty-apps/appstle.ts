import { loyaltyApp, type Member } from './loyalty-app.ts'

const PLACE = 'appstle_loyalty.customer_loyalty'

/** Where Appstle has been seen to write instead: a namespace of its own, as another app sees it. */
export const APPSTLE_OTHER_NAMESPACE = 'app--18394152961--appstle_loyalty'

/**
 * Appstle writes one JSON object. Points, the link and the flag are seen in merchants' scripts; the name of the tier's key is plausible.
 * https://appstleinc-aeca3e0a.mintlify.app/loyalty/metafields-and-tags
 */
export const appstle = loyaltyApp({
  name: 'Appstle',
  definitions: [],
  places: [PLACE],
  keep: (member) => ({
    metafields: member ? { [PLACE]: { type: 'json', value: JSON.stringify(objectOf(member)) } } : {},
    tags: [],
  }),
  shows: (member) => {
    if (!member) return {}
    const { points, tier, referralLink } = member
    return { points, tier, ...(referralLink !== undefined && { referralLink }) }
  },
  keepOddly: ({ points }) => ({
    metafields: { [PLACE]: { type: 'json', value: JSON.stringify({ enabled: true, point_balance: `${points}` }) } },
    tags: [],
  }),
})

function objectOf({ points, tier, referralLink, status = 'member' }: Member) {
  return { enabled: status === 'member', points, vip_tier: tier, referral_link: referralLink ?? '' }
}
