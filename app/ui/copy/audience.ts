import type { TFunction } from 'i18next'
import type { AudienceView } from '#app/core/report/audience-view.ts'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import {
  type Audience,
  type AudienceFault,
  type CompanyRule,
  MAX_COMPANIES,
  MAX_SEGMENTS,
  MAX_TAGS,
  type Named,
} from '#app/core/settings/audience.ts'
import { countryName } from '../audience/country-names.ts'
import { anyOf, listOf } from '../language/list-of.ts'
import type { ShopNow } from '../time/shop-clock.tsx'

type Words = Pick<ShopNow, 't' | 'language'>

/** The tags to leave out that are also among those to sync. */
export function tagsInBothWords(words: Words, tags: readonly string[]): string {
  return words.t('audience.tags.inBoth', {
    tagCount: tags.length,
    tags: listOf(quoted(tags, words), words.language),
  })
}

export function audienceFaultWords(t: TFunction, fault: AudienceFault): string {
  return t(`audience.faults.${fault}`, { tags: MAX_TAGS, segments: MAX_SEGMENTS, companies: MAX_COMPANIES })
}

/** If there are more, the rest is counted. */
const NAMED = 4

/** The rules in one sentence. */
export function audienceSentence(words: Words, audience: Audience): string {
  const conditions = conditionsOf(words, audience)
  if (conditions.length === 0) return words.t('audience.everyone')
  return words.t('audience.synced', { conditions: listOf(conditions, words.language) })
}

/** What each rule asks of a customer: the end of a sentence that begins with "Customers are synced if they". */
function conditionsOf(
  words: Words,
  { tags, accountStates, consent, countries, segments, companies }: Audience,
): string[] {
  const { t, language } = words
  const conditions: (string | null)[] = [
    tags.anyOf.length > 0 ? t('audience.conditions.anyTag', { tags: eachQuoted(tags.anyOf, words) }) : null,
    tags.noneOf.length > 0 ? t('audience.conditions.noTag', { tags: eachQuoted(tags.noneOf, words) }) : null,
    accountStates.length > 0
      ? t('audience.conditions.account', {
          states: someOf(
            accountStates.map((state) => t(`audience.accountIs.${state}`)),
            words,
          ),
        })
      : null,
    consent === 'subscribed' ? t('audience.conditions.subscribed') : null,
    consent === 'not_unsubscribed' ? t('audience.conditions.notUnsubscribed') : null,
    countries.length > 0
      ? t('audience.conditions.country', {
          countries: someOf(
            countries.map((code) => countryName(code, language)),
            words,
          ),
        })
      : null,
    segments.length > 0
      ? t('audience.conditions.segment', { segments: eachQuoted(nameOfEach(segments), words) })
      : null,
    companyCondition(words, companies),
  ]
  return conditions.filter((condition) => condition !== null)
}

function companyCondition(words: Words, { who, companies, roles }: CompanyRule): string | null {
  if (who === 'everyone') return null
  if (who === 'no_contacts') return words.t('audience.conditions.noContact')
  return words.t('audience.conditions.contact', {
    companyCount: companies.length,
    companies: someOf(nameOfEach(companies), words),
    roleCount: roles.length,
    roles: eachQuoted(roles, words),
  })
}

function nameOfEach(chosen: readonly Named[]): string[] {
  return chosen.map(({ name }) => name)
}

function quoted(texts: readonly string[], { t }: Words): string[] {
  return texts.map((item) => t('lists.quoted', { item }))
}

function eachQuoted(texts: readonly string[], words: Words): string {
  return someOf(quoted(texts, words), words)
}

/** In English `a`, `a or b`, `a, b or c`; of many, `a, b, c, d or one of 12 more`. */
function someOf(texts: readonly string[], { t, language }: Words): string {
  const isLong = texts.length > NAMED + 1
  const more = texts.length - NAMED
  return anyOf(isLong ? [...texts.slice(0, NAMED), t('lists.oneOfMore', { more })] : texts, language)
}

/** What saving will start. */
export function audienceComparisonWords(
  t: TFunction,
  { status, connected, runIsOpen }: AudienceView,
  leaving: Audience['leaving'],
): string {
  if (!connected) return t('audience.comparison.notConnected')
  if (status !== 'on') return t('audience.comparison.off', { leaving })
  return t(runIsOpen ? 'audience.comparison.afterRun' : 'audience.comparison.atOnce', { leaving })
}

/** In English `3,412 customers match, 208 of them unsubscribed from email, 61 cannot be synced (no or invalid email).` */
export function countWords(
  t: TFunction,
  { matching, unsubscribed, cannotBeSynced }: Extract<CustomerCount, { kind: 'counted' }>,
): string {
  if (matching === 0) return t('audience.count.none')
  return t('audience.count.counted', { matching, unsubscribed, cannotBeSynced })
}

/** How far Shopify has come with the customers to be counted. */
export function preparingWords(t: TFunction, rowsWritten: number, expected: number | null): string {
  if (expected === null || rowsWritten === 0) return t('audience.count.preparing')
  return t('audience.count.preparingSome', { prepared: Math.min(rowsWritten, expected), expected })
}
