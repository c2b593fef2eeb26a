import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { fieldsOf } from '#app/core/profile/clearable-fields.ts'
import { PROPERTY } from '#app/core/profile/field-names.ts'
import type { MappingFacts, MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { readMetafieldDefinitions } from '#app/shopify/metafield-definitions.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import type { Shop } from '#app/store/shops.ts'

/** What the mapping page shows beside the choice: the metafields that are defined in Shopify now, and what clearing would cost. */
export async function loadMappingFacts(shop: ShopDomain, { known }: { known: Shop | null }): Promise<MappingFacts> {
  const [counts, definitions] = await Promise.all([listProfileCounts(shop), listDefinitions(shop)])
  return {
    inSync: counts.reduce((sum, { state, profiles }) => (state === 'synced' ? sum + profiles : sum), 0),
    clearsAMinute: Math.min(...endpoints.upsertProfile.limits.map(({ calls, spanMs }) => (calls * 60_000) / spanMs)),
    writtenByOthers: known ? namesOfOthers(known) : [],
    definitions,
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

/** Pages of a hundred definitions; on most plans a shop has at most 256. Also ends a cursor that repeats itself. */
const MOST_PAGES = 20
/** The longest that opening a page waits for Shopify. */
const MAX_WAIT_MS = 5_000

async function listDefinitions(shop: ShopDomain): Promise<readonly MetafieldDefinition[] | null> {
  const definitions: MetafieldDefinition[] = []
  let waitedMs = 0
  for (let cursor: string | null = null, pages = 0; pages < MOST_PAGES; ) {
    const answer = await readMetafieldDefinitions(shop, cursor)
    if (answer.kind === 'throttled' && waitedMs + answer.retryAfterMs <= MAX_WAIT_MS) {
      waitedMs += answer.retryAfterMs
      await wait(answer.retryAfterMs)
      continue
    }
    if (answer.kind !== 'answered') return null
    definitions.push(...answer.data.definitions)
    cursor = answer.data.next
    pages++
    if (cursor === null) break
  }
  return definitions
}
