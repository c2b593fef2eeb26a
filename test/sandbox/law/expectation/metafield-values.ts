import type { Metafield } from '#test/sandbox/shopify/customers/customer-values.ts'

export interface ExpectedValue {
  readonly value: unknown
  /** Of an amount of money, ISO 4217. */
  readonly currency: string | null
}

/**
 * What a metafield is to be in Klaviyo: numbers, booleans, dates and lists keep their type, money is a number with its currency, and
 * anything else, or what is not as its type says, goes as text. Null for an empty one.
 */
export function expectedValue({ type, value: raw }: Metafield): ExpectedValue | null {
  const value = realText(raw)
  if (value === '') return null
  if (type === 'money') return moneyIn(value) ?? { value, currency: null }
  const [, itemType] = /^list\.(.+)$/.exec(type) ?? []
  if (itemType === undefined) return { value: scalarIn(type, value), currency: null }
  const items = jsonIn(value)
  if (!Array.isArray(items)) return { value, currency: null }
  return { value: items.map((item) => itemIn(itemType, item)), currency: null }
}

function scalarIn(type: string, text: string): unknown {
  switch (type) {
    case 'number_integer':
    case 'number_decimal':
      return numberIn(text) ?? text
    case 'boolean':
      return text === 'true' ? true : text === 'false' ? false : text
    case 'date_time': // Shopify keeps them in UTC, with the zone or without
      return /T[\d:.]+$/.test(text) ? `${text}Z` : text
    default:
      return text
  }
}

/** Null for what is no number, and for one that a JSON number would turn into another. */
export function numberIn(text: string): number | null {
  const number = Number(text)
  const [written, held] = [decimalIn(text), decimalIn(String(number))]
  if (!written || !held) return null
  const power = Math.min(written.power, held.power)
  const raised = (one: Decimal) => one.digits * 10n ** BigInt(one.power - power)
  return raised(written) === raised(held) ? number : null
}

/** digits × 10^power, exactly. */
interface Decimal {
  readonly digits: bigint
  readonly power: number
}

function decimalIn(text: string): Decimal | null {
  const [, sign = '', whole = '', fraction = '', exponent = '0'] =
    /^([+-]?)(\d*)\.?(\d*)(?:[eE]([+-]?\d{1,4}))?$/.exec(text) ?? []
  if (whole + fraction === '') return null
  const digits = BigInt(whole + fraction)
  return { digits: sign === '-' ? -digits : digits, power: Number(exponent) - fraction.length }
}

function itemIn(type: string, item: unknown): unknown {
  if (typeof item === 'string') return scalarIn(type, realText(item))
  return typeof item === 'object' ? JSON.stringify(item) : item
}

export function moneyIn(text: string): ExpectedValue | null {
  const money = jsonIn(text) as { amount?: unknown; currency_code?: unknown } | null | undefined
  if (typeof money?.amount !== 'string' || typeof money.currency_code !== 'string') return null
  return decimalIn(money.amount) && { value: numberIn(money.amount) ?? money.amount, currency: money.currency_code }
}

/** Undefined for a text that is no JSON. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text, keepDigits)
  } catch {
    return undefined
  }
}

/** A number that would lose digits stays text. */
function keepDigits(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  const source = context?.source
  return typeof value === 'number' && source !== undefined && numberIn(source) === null ? source : value
}

/** NUL and half a surrogate pair are no text. */
export function realText(text: string): string {
  return [...text].filter((character) => character !== '\0' && character.isWellFormed()).join('')
}
