import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AudienceOptions } from '#app/core/report/audience-options.ts'
import type { Audience, Named } from '#app/core/settings/audience.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readCompanies, readRoleNames } from '#app/shopify/companies.ts'
import { type NamedPage, readGoneSegments, readSegments } from '#app/shopify/segments.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { databaseNow } from '#app/store/clock.ts'
import { findShop, saveShopFacts } from '#app/store/shops.ts'
import { recordSegmentsGone } from '../../memberships/record-segments-gone.ts'

/** Pages of segments, or of companies. Also ends a cursor that repeats itself. */
const MOST_PAGES = 40
/** The longest that opening a page waits for Shopify. */
const MAX_WAIT_MS = 5_000

/** The segments, companies and roles that a merchant can choose, read from Shopify now, and which of those chosen in these rules are gone. */
export async function loadAudienceOptions(shop: ShopDomain, audience: Audience): Promise<AudienceOptions> {
  const [segments, goneSegments, b2b] = await Promise.all([
    listAll((after) => readSegments(shop, after)),
    findGoneSegments(shop, audience.segments),
    findB2b(shop),
  ])
  const [companies, roles] = b2b
    ? await Promise.all([listAll((after) => readCompanies(shop, after)), answerOf(() => readRoleNames(shop))])
    : [null, null]
  return {
    segments: segments?.named ?? null,
    gone: [...goneSegments, ...(companies ? goneCompanies(companies, audience.companies.companies) : [])],
    companies: companies?.named ?? null,
    roles,
    b2b,
  }
}

/** Whether the shop sells to companies, read from Shopify now: the stored value may be from before the merchant started to. */
async function findB2b(shop: ShopDomain): Promise<boolean> {
  const facts = await answerOf(() => readShopFacts(shop))
  if (facts) await saveShopFacts(shop, facts, databaseNow())
  return facts?.b2b ?? (await findShop(shop))?.b2b ?? false
}

async function findGoneSegments(shop: ShopDomain, chosen: readonly Named[]): Promise<readonly Named[]> {
  if (chosen.length === 0) return []
  const ids = chosen.map(({ id }) => id)
  const gone = await answerOf(() => readGoneSegments(shop, ids))
  if (gone) await recordSegmentsGone(shop, ids, gone)
  const known = gone ?? (await findShop(shop))?.segmentsGone ?? []
  return chosen.filter(({ id }) => known.includes(id))
}

interface Listed {
  readonly named: readonly Named[]
  readonly isAll: boolean
}

/** The chosen companies that no longer exist; none if the list was not read to its end. */
function goneCompanies({ named, isAll }: Listed, chosen: readonly Named[]): readonly Named[] {
  const there = new Set(named.map(({ id }) => id))
  return isAll ? chosen.filter(({ id }) => !there.has(id)) : []
}

/** All pages, or the first ones of a list that takes too long; null when not even the first can be read. */
async function listAll(read: (after: string | null) => Promise<AdminAnswer<NamedPage>>): Promise<Listed | null> {
  const named: Named[] = []
  const patience = { remainingMs: MAX_WAIT_MS }
  for (let cursor: string | null = null, pages = 0; pages < MOST_PAGES; pages++) {
    const page: NamedPage | null = await answerOf(() => read(cursor), patience)
    if (!page) return pages === 0 ? null : { named, isAll: false }
    named.push(...page.named)
    cursor = page.next
    if (cursor === null) return { named, isAll: true }
  }
  return { named, isAll: false }
}

/** The answer, after waiting as long as Shopify asks and `patience` allows; null when there is none. */
async function answerOf<Data>(
  ask: () => Promise<AdminAnswer<Data>>,
  patience = { remainingMs: MAX_WAIT_MS },
): Promise<Data | null> {
  for (;;) {
    const answer = await ask()
    if (answer.kind === 'answered') return answer.data
    if (answer.kind !== 'throttled' || answer.retryAfterMs > patience.remainingMs) return null
    patience.remainingMs -= answer.retryAfterMs
    await wait(answer.retryAfterMs)
  }
}
