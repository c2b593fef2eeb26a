import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import type { MappingFacts, MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import type { Choices } from '#app/core/settings/settings.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { readMetafieldDefinitions } from '#app/shopify/metafield-definitions.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'

/** What the mapping page shows beside the choice: the metafields that are defined in Shopify now, and what clearing would cost. */
export async function loadMappingFacts(
  shop: ShopDomain,
  { choices: { syncing } }: { choices: Choices },
): Promise<MappingFacts> {
  const [counts, definitions] = await Promise.all([listProfileCounts(shop), listDefinitions(shop)])
  return {
    inSync: counts.reduce((sum, { state, profiles }) => (state === 'synced' ? sum + profiles : sum), 0),
    clearsAMinute: Math.min(...endpoints.upsertProfile.limits.map(({ calls, spanMs }) => (calls * 60_000) / spanMs)),
    definitions,
    checks: { nightlyReconcile: syncing.nightlyReconcile, hourlyCheck: syncing.hourlyCheck },
  }
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
