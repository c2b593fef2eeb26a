import { cleanText } from '../clean-text.ts'
import type { Customer } from './customer.ts'
import { numberOrText } from './exact-number.ts'
import { type MappedValue, metafieldName, STORE_CREDIT, type ValueKind, type ValuePath } from './mapped-values.ts'
import { moneyOf, NOT_JSON, parseExactly, type SentValue, sentValueOf } from './metafield-value.ts'
import type { PropertyItem, PropertyValue } from './profile.ts'
import { toIsoDate } from './written-date.ts'

/** What a row of the mapping gives for a customer. */
export type ValueRead =
  /** `currency` is ISO 4217, for an amount of money; null for anything else. */
  | { readonly kind: 'value'; readonly value: PropertyValue; readonly currency: string | null }
  /** The customer has no value: a value that was delivered before is cleared. */
  | { readonly kind: 'nothing' }
  /** The app has not written a value yet: Klaviyo keeps what it has. */
  | { readonly kind: 'unknown' }
  /** The value is not what it must be: Klaviyo keeps what it has, and the customer is listed with the reason. */
  | { readonly kind: 'invalid'; readonly why: InvalidValue }
  /** Two tags contradict each other. */
  | { readonly kind: 'conflict' }

/** Why a value is not sent: it is not of the chosen kind, or it is no JSON although a part of it is mapped. */
export type InvalidValue = `not_${ValueKind}` | 'not_json'

/** Returns what the row gives for the customer. Whether the row is on makes no difference. */
export function readValue(customer: Pick<Customer, 'tags' | 'metafields'>, row: MappedValue): ValueRead {
  const { source } = row
  if (source.kind === 'tag') return readTag(customer.tags, source.prefix, row)
  const metafield = customer.metafields[metafieldName(source.kind === 'store_credit' ? STORE_CREDIT : source)]
  if (!metafield) return blankOf(row)
  if (source.kind === 'metafield' && source.path.length > 0) return readPart(metafield.value, source.path, row)
  const sent = sentValueOf(metafield)
  return sent ? understood(sent, cleanText(metafield.value).trim(), row) : blankOf(row)
}

/** With names for ids, several tags may mean the same. A tag that is only the beginning says nothing. */
function readTag(tags: readonly string[], prefix: string, row: MappedValue): ValueRead {
  const rests = tags.flatMap((tag) => restOfTag(tag, prefix) ?? [])
  const found = rests.filter((rest) => rest.trim() !== '').map((rest) => readText(rest, row))
  const different = new Map(found.map((read) => [JSON.stringify(read), read]))
  return different.size > 1 ? { kind: 'conflict' } : (found[0] ?? blankOf(row))
}

function readPart(json: string, path: ValuePath, row: MappedValue): ValueRead {
  if (json.trim() === '') return blankOf(row)
  const whole = parsedOnce(json)
  if (whole === NOT_JSON) return { kind: 'invalid', why: 'not_json' }
  const part = partAt(whole, path)
  if (part === undefined) return blankOf(row)
  if (part === null) return { kind: 'nothing' }
  if (typeof part === 'string') return readText(part, row)
  const text = JSON.stringify(part)
  const isSimple = isItem(part) || (Array.isArray(part) && part.every(isItem))
  return understood({ value: isSimple ? part : text, currency: null }, text, row)
}

/** Returns the rest of a tag that begins with the prefix, compared as in tagText of the audience; null if it begins in another way. */
export function restOfTag(tag: string, prefix: string): string | null {
  const [text, beginning] = [tag.normalize(), prefix.normalize()]
  const begins = text.slice(0, beginning.length).toLowerCase() === beginning.toLowerCase()
  return begins ? text.slice(beginning.length) : null
}

let lastParsed: { readonly json: string; readonly whole: unknown } | null = null

/** Parses JSON of which the row before has mapped another part only once: a metafield may have 128 KB, and fifty rows be of it. */
function parsedOnce(json: string): unknown {
  if (lastParsed?.json !== json) lastParsed = { json, whole: parseExactly(json) }
  return lastParsed.whole
}

/** Returns what is at the end of the path; undefined if there is nothing. Only the value's own fields count, whatever they are called. */
function partAt(json: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, step) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value) !== (typeof step === 'number')) return
    return Object.hasOwn(value, step) ? (value as Record<string | number, unknown>)[step] : undefined
  }, json)
}

function isItem(value: unknown): value is PropertyItem {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
}

function readText(raw: string, row: MappedValue): ValueRead {
  const text = cleanText(raw).trim()
  return understood({ value: text, currency: null }, text, row)
}

/** A value by the row's reading. `text` is the value as it is written in Shopify. */
function understood(sent: SentValue, text: string, row: MappedValue): ValueRead {
  const { as, names, nothing, notYet = [] } = row.reading
  if (text === '') return blankOf(row)
  if (isOneOf(notYet, text)) return { kind: 'unknown' }
  if (isOneOf(nothing, text)) return { kind: 'nothing' }
  const named = names.find(({ value }) => value === text)
  if (named) return { kind: 'value', value: named.name, currency: null }
  if (as === null) return { kind: 'value', ...sent }
  const money = as === 'money' ? moneyOf(text) : null
  if (money) return { kind: 'value', ...money }
  const value = kinds[as](sent.value, text)
  return value === null ? { kind: 'invalid', why: `not_${as}` } : { kind: 'value', value, currency: null }
}

function isOneOf(words: readonly string[], text: string): boolean {
  return words.some((word) => word.trim().toLowerCase() === text.toLowerCase())
}

function blankOf({ reading: { blank } }: MappedValue): ValueRead {
  return { kind: blank }
}

const WRITTEN_NUMBER = /^-?\d+(\.\d+)?$/

/** A number is never guessed: 1,250 is a thousand in one country, and little more than one in another. */
function numberIn(value: PropertyValue, text: string): PropertyItem | null {
  return typeof value === 'number' ? value : WRITTEN_NUMBER.test(text) ? numberOrText(text) : null
}

// Each returns null for a value that is not of the kind.
const kinds: Readonly<Record<ValueKind, (value: PropertyValue, text: string) => PropertyItem | null>> = {
  number: numberIn,
  money: numberIn,
  text: (value, text) => (isItem(value) ? text : null),
  boolean: (_, text) => (text === 'true' ? true : text === 'false' ? false : null),
  date: (_, text) => toIsoDate(text),
}
