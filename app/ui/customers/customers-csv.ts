import type { TFunction } from 'i18next'
import { emailHintOf } from '#app/core/profile/email-hint.ts'
import { BYTE_ORDER_MARK, csvLine } from '#app/core/report/csv.ts'
import type { LiveName, UnsyncedCustomer } from '#app/core/report/unsynced-customers.ts'
import { omissionWords, stateWords } from '../copy/customers.ts'
import { plainSupportText } from '../copy/plain-support-text.ts'
import { customerInShopify } from '../pages.ts'

/** The first line of the file, in the language of the page. */
export function csvHead(t: TFunction): string {
  const names = [
    'number',
    'name',
    'email',
    'status',
    'reason',
    'whatToDo',
    'details',
    'suggestion',
    'since',
    'sent',
    'shopify',
  ] as const
  return BYTE_ORDER_MARK + csvLine(names.map((name) => t(`customers.exporting.columns.${name}`)))
}

/** Whose customers they are, and where the shop's merchant reaches support; null if nowhere. */
interface CsvPlace {
  readonly shop: string
  readonly support: string | null
}

/** A line for each customer. */
export function csvOf(
  t: TFunction,
  { shop, support }: CsvPlace,
  customers: readonly (UnsyncedCustomer & LiveName)[],
): string {
  return customers.map((customer) => lineOf(t, { shop, support }, customer)).join('')
}

function lineOf(t: TFunction, { shop, support }: CsvPlace, customer: UnsyncedCustomer & LiveName): string {
  const { customerId, name, email, code, words, omitted, since, lastSentAt } = customer
  const details = [words, ...omitted.map((field) => omissionWords(t, field))].filter((text) => text !== null)
  return csvLine([
    customerId,
    name,
    email,
    stateWords(t, customer, false),
    code && t(`reasons.${code}.headline`),
    code && plainSupportText(t, support, t(`reasons.${code}.whatToDo`)),
    details.join(' '),
    code === 'invalid_email' ? (emailHintOf(email)?.corrected ?? null) : null,
    since && utcOf(since),
    lastSentAt && utcOf(lastSentAt),
    customerInShopify(shop, customerId),
  ])
}

/** `2026-11-21 20:04:05`, which spreadsheets take for a time. */
function utcOf(at: string): string {
  return at.slice(0, 19).replace('T', ' ')
}
