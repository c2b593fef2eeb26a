import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import { recognise } from '#app/core/loyalty/recognise.ts'
import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import type { LoyaltyLook } from '#app/core/report/loyalty-look.ts'
import type { MetafieldDefinition } from '#app/core/report/mapping-view.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readLoyaltySample } from '#app/shopify/loyalty-sample.ts'
import { readMetafieldDefinitions } from '#app/shopify/metafield-definitions.ts'
import { findShop } from '#app/store/shops.ts'

/** A look, with the definitions that it is based on; null if Shopify does not say which there are. */
export interface ShopLook {
  readonly look: LoyaltyLook
  readonly definitions: readonly MetafieldDefinition[] | null
}

/** Looks for the loyalty apps that the shop uses: at its definitions, and at the customers that changed last. */
export async function lookForLoyalty(shop: ShopDomain): Promise<LoyaltyLook> {
  const known = await findShop(shop)
  return (await lookWith(shop, known?.mapping.mapping ?? defaultMapping)).look
}

/** The same for a mapping that is known already, with the definitions. */
export async function lookWith(shop: ShopDomain, mapping: Mapping): Promise<ShopLook> {
  const [definitions, sample] = await Promise.all([
    listDefinitions(shop),
    patiently({ waitedMs: 0 }, () => readLoyaltySample(shop)),
  ])
  if (definitions === null || sample.kind !== 'answered') return { look: { kind: 'unavailable' }, definitions }
  return { look: recognise(definitions, sample.data, mapping), definitions }
}

/** Pages of a hundred definitions; on most plans a shop has at most 256. Also ends a cursor that repeats itself. */
const MOST_PAGES = 20
/** The longest that a look waits for Shopify: a merchant may wait for its page. */
const MAX_WAIT_MS = 5_000

async function listDefinitions(shop: ShopDomain): Promise<readonly MetafieldDefinition[] | null> {
  const definitions: MetafieldDefinition[] = []
  const patience = { waitedMs: 0 }
  let cursor: string | null = null
  for (let pages = 0; pages < MOST_PAGES; pages++) {
    const answer = await patiently(patience, () => readMetafieldDefinitions(shop, cursor))
    if (answer.kind !== 'answered') return null
    definitions.push(...answer.data.definitions)
    cursor = answer.data.next
    if (cursor === null) break
  }
  return definitions
}

/** Asks again as soon as Shopify allows it, for as long as a look may wait. `waitedMs` counts the waiting of several questions. */
async function patiently<Data>(
  patience: { waitedMs: number },
  ask: () => Promise<AdminAnswer<Data>>,
): Promise<AdminAnswer<Data>> {
  for (;;) {
    const answer = await ask()
    if (answer.kind !== 'throttled' || patience.waitedMs + answer.retryAfterMs > MAX_WAIT_MS) return answer
    patience.waitedMs += answer.retryAfterMs
    await wait(answer.retryAfterMs)
  }
}
