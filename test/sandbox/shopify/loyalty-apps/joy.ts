import { loyaltyApp } from './loyalty-app.ts'

const POINT = 'avada_joy.point'
const TIER = 'avada_joy.vipTier'
const TYPE = 'avada_joy.customerType'

/**
 * Joy (Avada). In one shop that was measured, all members had `point`, most `vipTier`, one of hundreds `customerType`, and few the tag:
 * members are those with points. Its types and definitions are not documented; these are plausible.
 */
export const joy = loyaltyApp({
  name: 'Joy',
  definitions: [],
  places: [POINT, TIER, TYPE],
  ownsTag: (tag) => tag === MEMBER_TAG,
  keep: (member, { customerId }) => {
    if (!member) return { metafields: {}, tags: [] }
    return {
      metafields: {
        [POINT]: { type: 'number_integer', value: String(member.points) },
        ...(member.tier !== null && { [TIER]: { type: 'single_line_text_field', value: member.tier } }),
        ...(hasType(customerId) && { [TYPE]: { type: 'single_line_text_field', value: 'member' } }),
      },
      tags: hasTag(customerId) ? [MEMBER_TAG] : [],
    }
  },
  shows: (member, { customerId }) => {
    if (!member) return {}
    return { points: member.points, tier: member.tier, ...(hasType(customerId) && { status: 'member' }) }
  },
  keepOddly: ({ points }) => ({
    metafields: { [POINT]: { type: 'single_line_text_field', value: `${points} pts` } },
    tags: [],
  }),
})

const MEMBER_TAG = 'joy_tag_member'

function hasType(customerId: string): boolean {
  return customerId.endsWith('77')
}

function hasTag(customerId: string): boolean {
  return customerId.endsWith('5')
}
