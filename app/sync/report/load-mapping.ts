import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingView, MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { readMetafieldDefinitions } from '#app/shopify/metafield-definitions.ts'
import { findConnection } from '#app/store/connections.ts'
import { listProfileCounts } from '#app/store/profile-counts.ts'
import { findShop } from '#app/store/shops.ts'
import { findOpenRun } from '#app/store/sync-runs.ts'

/** What the page about the mapping shows, with the metafields that Shopify knows at this moment. */
export async function loadMapping(shop: ShopDomain): Promise<MappingView> {
  const [known, connection, run, counts, definitions] = await Promise.all([
    findShop(shop),
    findConnection(shop),
    findOpenRun(shop),
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

/** Of a page of a hundred; a shop has 256 definitions at most in most plans, and a cursor that goes round in circles ends here. */
const MOST_PAGES = 20
/** Nobody waits longer for a page to open. */
const WORTH_WAITING_MS = 5_000

async function listDefinitions(shop: ShopDomain): Promise<readonly MetafieldDefinition[] | null> {
  const definitions: MetafieldDefinition[] = []
  let waitedMs = 0
  for (let cursor: string | null = null, pages = 0; pages < MOST_PAGES; ) {
    const answer = await readMetafieldDefinitions(shop, cursor)
    if (answer.kind === 'throttled' && waitedMs + answer.retryAfterMs <= WORTH_WAITING_MS) {
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
