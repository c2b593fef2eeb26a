import { cleanText } from '../clean-text.ts'
import type { Metafield } from './customer.ts'
import { numberOrText } from './exact-number.ts'
import type { PropertyItem, PropertyValue } from './profile.ts'

/** The value of a metafield as it is sent to Klaviyo. */
export interface SentValue {
  readonly value: PropertyValue
  /** ISO 4217, for an amount of money; null for anything else. */
  readonly currency: string | null
}

// https://shopify.dev/docs/apps/build/metafields/list-of-data-types

/**
 * Returns the value in a type that Klaviyo can compare and filter by: numbers, booleans, lists, dates as ISO 8601 with their zone, and
 * money as a number with its currency. JSON, measurements and references are sent as Shopify's text. So are values that do not match their
 * type, and numbers that would lose digits. Null if there is nothing to send.
 */
export function sentValueOf({ type, value: raw }: Metafield): SentValue | null {
  const value = cleanText(raw)
  if (value === '') return null
  if (type === 'money') return moneyOf(value) ?? { value, currency: null }
  if (type.startsWith('list.')) return { value: listOf(type.slice('list.'.length), value) ?? value, currency: null }
  return { value: itemOf(type, value), currency: null }
}

function itemOf(type: string, value: string): PropertyItem {
  if (type === 'boolean') return value === 'true' || (value === 'false' ? false : value)
  if (type === 'date_time') return zoned(value)
  return type.startsWith('number_') ? numberOrText(value) : value
}

// Shopify stores such times in UTC, and may omit the zone.
const WITHOUT_ZONE = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?$/

function zoned(value: string): string {
  return WITHOUT_ZONE.test(value) ? `${value}Z` : value
}

function listOf(type: string, text: string): PropertyItem[] | null {
  const list = parsed(text)
  if (!Array.isArray(list)) return null
  return list.map((item) => (isScalar(item) ? listItemOf(type, item) : JSON.stringify(item)))
}

function listItemOf(type: string, item: PropertyItem): PropertyItem {
  return typeof item === 'string' ? itemOf(type, cleanText(item)) : item
}

/** Returns an amount of money in Shopify's JSON; null for any other text. */
export function moneyOf(text: string): SentValue | null {
  const money = parsed(text) as { amount?: unknown; currency_code?: unknown } | null
  if (typeof money?.amount !== 'string' || !Number.isFinite(Number(money.amount || 'none'))) return null
  if (typeof money.currency_code !== 'string') return null
  return { value: numberOrText(money.amount), currency: cleanText(money.currency_code) }
}

function isScalar(item: unknown): item is PropertyItem {
  return typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean'
}

function parsed(text: string): unknown {
  const json = parseExactly(text)
  return json === NOT_JSON ? null : json
}

export const NOT_JSON: unique symbol = Symbol('not JSON')

/** Parses JSON so that no number loses digits; NOT_JSON if the text is no JSON. */
export function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    return NOT_JSON
  }
}

/** Keeps a number that would lose digits as raw JSON, so that it is written exactly as it was read; its `typeof` is not number. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || typeof numberOrText(context?.source ?? '') === 'number') return value
  return context?.source === undefined ? value : rawJson(context.source)
}

// Newer than TypeScript's library, like the third argument above.
const { rawJSON: rawJson } = JSON as unknown as { rawJSON(text: string): unknown }
