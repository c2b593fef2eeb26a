import { setTimeout as wait } from 'node:timers/promises'
import type { ShopDomain } from '#app/core/ids.ts'
import type { Named, Rules } from '#app/core/profile/rules.ts'
import type { AudienceChoices } from '#app/core/report/audience-choices.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readCompanies, readRoleNames } from '#app/shopify/companies.ts'
import { type NamedPage, readGoneSegments, readSegments } from '#app/shopify/segments.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { databaseNow } from '#app/store/clock.ts'
import { findShop, saveShopFacts } from '#app/store/shops.ts'
import { noteSegmentsGone } from '../standing/note-segments-gone.ts'

/** Of segments, or of companies; a cursor that goes round in circles ends here. */
const MOST_PAGES = 40
/** Nobody waits longer for a page to open. */
const WORTH_WAITING_MS = 5_000

/** What can be chosen to say who is synced, read from Shopify at this moment, and which of what these rules chose is gone. */
export async function loadAudienceChoices(shop: ShopDomain, rules: Rules): Promise<AudienceChoices> {
  const [segments, goneSegments, b2b] = await Promise.all([
    listAll((after) => readSegments(shop, after)),
    findGoneSegments(shop, rules.segments),
    findB2b(shop),
  ])
  const [companies, roles] = b2b
    ? await Promise.all([listAll((after) => readCompanies(shop, after)), answerOf(() => readRoleNames(shop))])
    : [null, null]
  return {
    segments: segments?.named ?? null,
    gone: [...goneSegments, ...(companies ? goneCompanies(companies, rules.companies.companies) : [])],
    companies: companies?.named ?? null,
    roles,
    b2b,
  }
}

/** As Shopify says it now: a merchant who has just begun to sell to companies need not wait. */
async function findB2b(shop: ShopDomain): Promise<boolean> {
  const facts = await answerOf(() => readShopFacts(shop))
  if (facts) await saveShopFacts(shop, facts, databaseNow())
  return facts?.b2b ?? (await findShop(shop))?.b2b ?? false
}

async function findGoneSegments(shop: ShopDomain, chosen: readonly Named[]): Promise<readonly Named[]> {
  if (chosen.length === 0) return []
  const ids = chosen.map(({ id }) => id)
  const gone = await answerOf(() => readGoneSegments(shop, ids))
  if (gone) await noteSegmentsGone(shop, ids, gone)
  const known = gone ?? (await findShop(shop))?.segmentsGone ?? []
  return chosen.filter(({ id }) => known.includes(id))
}

interface Listed {
  readonly named: readonly Named[]
  readonly isAll: boolean
}

/** Of a list that was not read to its end, nothing can be missed. */
function goneCompanies({ named, isAll }: Listed, chosen: readonly Named[]): readonly Named[] {
  const there = new Set(named.map(({ id }) => id))
  return isAll ? chosen.filter(({ id }) => !there.has(id)) : []
}

/** All pages, or the first ones of a list that is too long to be waited for; null when not even the first is to be had. */
async function listAll(read: (after: string | null) => Promise<AdminAnswer<NamedPage>>): Promise<Listed | null> {
  const named: Named[] = []
  const patience = { leftMs: WORTH_WAITING_MS }
  for (let cursor: string | null = null, pages = 0; pages < MOST_PAGES; pages++) {
    const page: NamedPage | null = await answerOf(() => read(cursor), patience)
    if (!page) return pages === 0 ? null : { named, isAll: false }
    named.push(...page.named)
    cursor = page.next
    if (cursor === null) return { named, isAll: true }
  }
  return { named, isAll: false }
}

/** The answer, waited for a little where Shopify asks for it; null when there is none. */
async function answerOf<Data>(
  ask: () => Promise<AdminAnswer<Data>>,
  patience = { leftMs: WORTH_WAITING_MS },
): Promise<Data | null> {
  for (;;) {
    const answer = await ask()
    if (answer.kind === 'answered') return answer.data
    if (answer.kind !== 'throttled' || answer.retryAfterMs > patience.leftMs) return null
    patience.leftMs -= answer.retryAfterMs
    await wait(answer.retryAfterMs)
  }
}
