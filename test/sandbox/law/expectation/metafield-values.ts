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
export function expectedValue({ type, value }: Metafield): ExpectedValue | null {
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
function numberIn(text: string): number | null {
  const number = Number(text)
  if (text.trim() === '' || !Number.isFinite(number)) return null
  return significantDigits(text) === significantDigits(number.toLocaleString('en', PLAINLY)) ? number : null
}

const PLAINLY = { useGrouping: false, maximumFractionDigits: 20, maximumSignificantDigits: 17 } as const

/** Digits that count: `007.500` and `7.5` have the same. */
function significantDigits(text: string): string {
  const [whole = '', fraction = ''] = text.replace(/^[+-]/, '').split('.')
  return `${whole.replace(/^0+/, '')}.${fraction.replace(/0+$/, '')}`
}

function itemIn(type: string, item: unknown): unknown {
  if (typeof item === 'string') return scalarIn(type, item)
  return typeof item === 'object' ? JSON.stringify(item) : item
}

function moneyIn(text: string): ExpectedValue | null {
  const money = jsonIn(text) as { amount?: unknown; currency_code?: unknown } | null
  const amount = typeof money?.amount === 'string' ? numberIn(money.amount) : null
  return amount !== null && typeof money?.currency_code === 'string'
    ? { value: amount, currency: money.currency_code }
    : null
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
