import { cleanText } from '../clean-text.ts'
import { type CustomerId, customerGid, customerNumber } from '../ids.ts'
import type { LiveName, UnsyncedCustomer } from './unsynced-customers.ts'

/** Longer than any name or address: more is not asked of Shopify. In characters. */
export const LONGEST_SEARCH = 200
const MOST_WORDS = 8

/** What is asked of Shopify for a text that a merchant typed. */
export type CustomerSearch =
  | { readonly kind: 'search'; readonly query: string; readonly number: CustomerId | null }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_long' }

/**
 * Returns the search for a name, a part of one, an address, a phone number or a customer's number, in Shopify's syntax. Whatever the text is,
 * it is searched for: nothing in it is taken for an operator, a field or a wildcard. https://shopify.dev/docs/api/usage/search-syntax
 */
export function customerSearchOf(text: string): CustomerSearch {
  const cleaned = cleanText(text.slice(0, LONGEST_SEARCH + 1))
    .normalize('NFC')
    .replace(/\p{Cc}/gu, ' ')
    .trim()
  if (text.trim().length > LONGEST_SEARCH) return { kind: 'too_long' }
  if (cleaned === '') return { kind: 'empty' }
  const number = customerGid.safeParse(cleaned).data ?? customerNumber.safeParse(cleaned.replace(/^#/, '')).data ?? null
  const phone = phoneIn(cleaned)
  if (phone !== null) return { kind: 'search', query: phone, number }
  if (number !== null) return { kind: 'search', query: `id:${number}`, number }
  const words = cleaned
    .replace(/["\\]/g, ' ')
    .split(/\s+/)
    .filter((word) => word !== '')
    .slice(0, MOST_WORDS)
  return words.length === 0 ? { kind: 'empty' } : { kind: 'search', query: words.map(termOf).join(' '), number }
}

const PHONE = /^\+?[\d\s()./-]+$/
const FEWEST_DIGITS = 5

/** Shopify stores numbers in the international form, so a number without its country is found by no prefix of it. */
function phoneIn(text: string): string | null {
  if (!PHONE.test(text)) return null
  const digits = text.replace(/\D/g, '')
  if (digits.length < FEWEST_DIGITS || digits.length > 15) return null
  const number = customerNumber.safeParse(digits)
  return [`phone:+${digits}*`, `"${digits}"`, ...(number.success ? [`id:${digits}`] : [])].join(' OR ')
}

const BEGINNING_OF_ADDRESS = /^[\w.+-]+@[\w.-]*$/
const BEGINNING_OF_NAME = /^[\p{L}\p{N}]+$/u
/** Words that Shopify takes for operators. */
const OPERATORS = ['AND', 'OR', 'NOT']

function termOf(word: string): string {
  if (BEGINNING_OF_ADDRESS.test(word)) return `email:${word}*`
  if (BEGINNING_OF_NAME.test(word) && !OPERATORS.includes(word.toUpperCase())) return `${word}*`
  return `"${word}"`
}

/** What a search found. */
export type CustomerSearchResult =
  | { readonly kind: 'found'; readonly customers: readonly SearchedCustomer[]; readonly more: boolean }
  | { readonly kind: 'empty' }
  | { readonly kind: 'too_long' }
  /** Shopify does not answer now. `customers` is what Lockstep knows without it: at most the one with the number. */
  | { readonly kind: 'unavailable'; readonly customers: readonly SearchedCustomer[] }

export interface SearchedCustomer extends UnsyncedCustomer, LiveName {
  readonly phone: string | null
}
