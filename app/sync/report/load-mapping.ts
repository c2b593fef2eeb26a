import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingView, MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { readMetafieldDefinitions } from '#app/shopify/metafield-definitions.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit } from '#app/store/database.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'

/** What the mapping page shows, with the metafields that are defined in Shopify now. */
export async function loadMapping(shop: ShopDomain): Promise<MappingView> {
  const [known, connection, run, counts, definitions] = await Promise.all([
    findShop(shop),
    findConnection(shop, autocommit),
    findOpenRun(shop, autocommit),
    listProfileCounts(shop),
    listDefinitions(shop),
  ])
  return {
    version: known?.settingsVersion ?? 0,
    mapping: known?.mapping.mapping ?? defaultMapping,
    timeZone: known?.timeZone ?? 'UTC',
    status: known?.status ?? 'on',
    connected: connection !== null,
    runIsOpen: run !== null,
    inStep: counts.reduce((sum, { state, profiles }) => (state === 'synced' ? sum + profiles : sum), 0),
    clearsAMinute: Math.min(...endpoints.upsertProfile.limits.map(({ calls, spanMs }) => (calls * 60_000) / spanMs)),
    definitions,
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
