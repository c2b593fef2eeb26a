import { loyaltyApp } from './loyalty-app.ts'

const TIER = 'smile.vip_tier_name'

/**
 * Smile.io writes one field: the VIP tier's name, `-` for none, nothing for a customer whom it has not synced yet. Points are not to be had.
 * https://help.smile.io/en/articles/9834432-manage-vip-metafield-sync
 */
export const smile = loyaltyApp({
  name: 'Smile',
  definitions: [
    { namespace: 'smile', key: 'vip_tier_name', name: 'Smile VIP Tier Name', type: 'single_line_text_field' },
  ],
  places: [TIER],
  keep: (member) => ({ metafields: member ? textAt(member.tier ?? '-') : {}, tags: [] }),
  shows: (member) => (member ? { tier: member.tier } : {}),
  // Shopify refuses an empty value today; shops with old metafields may have one.
  keepOddly: () => ({ metafields: textAt(''), tags: [] }),
})

function textAt(value: string) {
  return { [TIER]: { type: 'single_line_text_field', value } }
}
