import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import type { ValueChoice } from '../choices.ts'
import { type ExpectedValue, expectedValue, jsonIn, moneyIn, numberIn, realText } from './metafield-values.ts'

/**
 * What a row of the mapping is to give: a value, null for none, `unknown` if the loyalty app has not written it yet, `wrong` if it is not of
 * the chosen kind, `contradiction` if two tags say different things.
 */
export type ValueExpected = ExpectedValue | null | 'unknown' | 'wrong' | 'contradiction'

export function valueExpected(customer: Customer, row: ValueChoice, shop: Shop): ValueExpected {
  const { source } = row
  switch (source.kind) {
    case 'tag': {
      // Shopify takes tags in small and in capital letters for the same.
      const [prefix, ...tags] = [source.prefix, ...customer.tags].map((tag) => realText(tag).normalize('NFC'))
      const found = tags.filter((tag) => tag.toLowerCase().startsWith(prefix!.toLowerCase()))
      const rests = found.map((tag) => tag.slice(prefix!.length)).filter((rest) => rest.trim() !== '')
      const reads = rests.map((rest) => inWords(rest, row))
      if (new Set(reads.map((read) => JSON.stringify(read))).size > 1) return 'contradiction'
      return reads.length > 0 ? reads[0]! : blank(row)
    }
    case 'store_credit':
      return blank(row) // no seeded customer has any
    case 'metafield': {
      const name = `${source.namespace}.${source.key}`
      const metafield = isShown(shop, source.namespace, source.key) ? customer.metafields[name] : undefined
      if (!metafield) return blank(row)
      if (source.path.length > 0) return atPath(metafield.value, source.path, row)
      const expected = expectedValue(metafield)
      return expected ? read(expected, realText(metafield.value).trim(), row) : blank(row)
    }
  }
}

function atPath(text: string, path: readonly (string | number)[], row: ValueChoice): ValueExpected {
  if (text.trim() === '') return blank(row)
  const whole = jsonIn(text)
  if (whole === undefined) return 'wrong'
  let part: unknown = whole
  for (const step of path) {
    const isList = Array.isArray(part)
    if (typeof part !== 'object' || part === null || isList !== (typeof step === 'number')) return blank(row)
    part = Object.getOwnPropertyDescriptor(part, step)?.value
  }
  if (part === undefined) return blank(row)
  if (part === null) return null
  if (typeof part === 'string') return inWords(part, row)
  const written = JSON.stringify(part)
  const isFlat = typeof part !== 'object' || (Array.isArray(part) && part.every((item) => typeof item !== 'object'))
  return read({ value: isFlat ? part : written, currency: null }, written, row)
}

function inWords(raw: string, row: ValueChoice): ValueExpected {
  const text = realText(raw).trim()
  return read({ value: text, currency: null }, text, row)
}

function read(expected: ExpectedValue, text: string, row: ValueChoice): ValueExpected {
  const { as, names, nothing, notYet } = row.reading
  if (text === '') return blank(row)
  if (notYet?.some((one) => one.trim().toLowerCase() === text.toLowerCase())) return 'unknown'
  if (nothing.some((one) => one.trim().toLowerCase() === text.toLowerCase())) return null
  const name = names.find(({ value }) => value === text)?.name
  if (name !== undefined) return { value: name, currency: null }
  if (as === null) return expected
  if (as === 'money') return moneyIn(text) ?? numeric(expected.value, text)
  if (as === 'number') return numeric(expected.value, text)
  if (as === 'boolean')
    return text === 'true' || text === 'false' ? { value: text === 'true', currency: null } : 'wrong'
  if (as === 'text') return typeof expected.value === 'object' ? 'wrong' : { value: text, currency: null }
  return dated(text)
}

function numeric(value: unknown, text: string): ExpectedValue | 'wrong' {
  if (typeof value === 'number') return { value, currency: null }
  if (!/^-?\d+(\.\d+)?$/.test(text)) return 'wrong'
  return { value: numberIn(text) ?? text, currency: null }
}

/** Only dates that begin with the year, and Unix time, are understood. */
function dated(text: string): ExpectedValue | 'wrong' {
  if (/^[1-9]\d{9}$|^[1-9]\d{12}$/.test(text)) {
    const ms = Number(text) * (text.length === 10 ? 1000 : 1)
    return { value: new Date(ms).toISOString(), currency: null }
  }
  const [, day = '', time, zone] = /^(\d{4}[-/]\d{2}[-/]\d{2})(?:[T ]([\d:.]+) ?(Z|[+-][\d:]+)?)?$/.exec(text) ?? []
  const iso = day.replaceAll('/', '-')
  const exists = iso !== '' && new Date(`${iso}T00:00Z`).toJSON()?.slice(0, 10) === iso
  if (!exists) return 'wrong'
  if (time === undefined) return { value: iso, currency: null }
  if (day.includes('/') || time.startsWith('24') || Number.isNaN(Date.parse(`${iso}T${time}Z`))) return 'wrong'
  return { value: `${iso}T${time}${(zone ?? 'Z').replace(/^(...)(\d\d)$/, '$1:$2')}`, currency: null }
}

function blank({ reading }: ValueChoice): null | 'unknown' {
  return reading.blank === 'unknown' ? 'unknown' : null
}

/** Shopify hides metafields whose definition does not let other apps read them. */
function isShown({ metafieldDefinitions }: Shop, namespace: string, key: string): boolean {
  const definition = metafieldDefinitions.find((one) => one.namespace === namespace && one.key === key)
  const access = definition?.access.admin ?? null
  return access === null || access.startsWith('PUBLIC_')
}
