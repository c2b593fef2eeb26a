import type { ShopDomain } from '#app/core/ids.ts'
import { heldIn } from '#app/core/loyalty/held-sources.ts'
import { fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { PROPERTY } from '#app/core/profile/field-names.ts'
import type { MappingFacts } from '#app/core/report/mapping-view.ts'
import type { Choices } from '#app/core/settings/settings.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import type { Shop } from '#app/store/shops.ts'
import { lookWith } from '../../loyalty/look-for-loyalty.ts'

/**
 * What the mapping page shows beside the choice: the metafields and loyalty apps that are in Shopify now, and what clearing would cost.
 */
export async function loadMappingFacts(
  shop: ShopDomain,
  { known, choices }: { known: Shop | null; choices: Choices },
): Promise<MappingFacts> {
  const [counts, { look, definitions }] = await Promise.all([listProfileCounts(shop), lookWith(shop, choices.mapping)])
  return {
    inSync: counts.reduce((sum, { state, profiles }) => (state === 'synced' ? sum + profiles : sum), 0),
    clearsAMinute: Math.min(...endpoints.upsertProfile.limits.map(({ calls, spanMs }) => (calls * 60_000) / spanMs)),
    writtenByOthers: known ? namesOfOthers(known) : [],
    definitions,
    look,
    held: heldIn(choices.mapping, known?.heldSources ?? []),
    checks: { nightlyReconcile: choices.syncing.nightlyReconcile, hourlyCheck: choices.syncing.hourlyCheck },
  }
}

/** Property names of the mapping that profiles had before Lockstep wrote to them. */
function namesOfOthers({ mapping: { mapping, sharing }, foreignProperties }: Shop): string[] {
  const theirs = new Set(foreignProperties)
  const sent = [...fieldsOf(mapping, sharing)].flatMap((field) =>
    field.startsWith(PROPERTY) ? field.slice(PROPERTY.length) : [],
  )
  return sent.filter((name) => theirs.has(name))
}
