export interface MappedField {
  readonly on: boolean
  /** Name of the Klaviyo property. */
  readonly name: string
}

export interface MetafieldKey {
  readonly namespace: string
  readonly key: string
}

/** A value that a loyalty app or the merchant keeps with a customer, and the property that it goes into. */
export interface MappedValue extends MappedField {
  readonly source: ValueSource
  readonly reading: ValueReading
  /** What the value is for the loyalty programme; null if it has nothing to do with one. At most one row has each meaning. */
  readonly meaning: Meaning | null
}

/** Where a value is found in Shopify. */
export type ValueSource =
  | ({ readonly kind: 'metafield' } & MetafieldSource)
  /** The rest of the one tag that begins with `prefix`. */
  | { readonly kind: 'tag'; readonly prefix: string }
  /** The balance of the store credit account in the shop's currency. */
  | { readonly kind: 'store_credit' }

export interface MetafieldSource extends MetafieldKey {
  /** Shopify's type, as in the definition when the metafield was chosen. How a value is sent depends on the type that comes with it. */
  readonly type: string
  /** The steps to a part of a JSON value: names of fields, and places in lists, from 0. Empty for the whole value. */
  readonly path: ValuePath
}

export type ValuePath = readonly (string | number)[]

/** How a value is understood. */
export interface ValueReading {
  /** What the value must be; null if it is sent by the type that it has. */
  readonly as: ValueKind | null
  /** Values that are sent as other texts, such as the name of a tier instead of its id. */
  readonly names: readonly ValueName[]
  /** Values that mean that the customer has none, such as `-`; whether letters are capitals makes no difference. */
  readonly nothing: readonly string[]
  /** Values that mean that the app has not written the value yet, such as `None`: Klaviyo keeps what it has. None if absent. */
  readonly notYet?: readonly string[] | undefined
  /** What it means that the value is blank or absent: `unknown` if the app has not written it yet, and Klaviyo keeps what it has. */
  readonly blank: 'nothing' | 'unknown'
}

export const valueKinds = ['number', 'text', 'date', 'boolean', 'money'] as const
export type ValueKind = (typeof valueKinds)[number]

export interface ValueName {
  /** The value as it is in Shopify. */
  readonly value: string
  readonly name: string
}

export const meanings = [
  'points',
  'tier',
  'lifetime_points',
  'points_expiry',
  'referral_link',
  'referral_code',
  'status',
  'store_credit',
] as const
export type Meaning = (typeof meanings)[number]

/** For a value that is sent as it is. */
export const plainReading: ValueReading = { as: null, names: [], nothing: [], blank: 'nothing' }

/** Store credit is read beside the metafields, under a name that no metafield can have. */
export const STORE_CREDIT: MetafieldKey = { namespace: '$store_credit', key: 'balance' }

/** Returns the name as Shopify writes it: `loyalty.points`. */
export function metafieldName({ namespace, key }: MetafieldKey): string {
  return `${namespace}.${key}`
}

/** Returns a text that is the same for the same source: `loyalty.points`, `mage.loyalty tiers[0].name`, `tag vip:`, `store credit`. */
export function sourceName(source: ValueSource): string {
  if (source.kind === 'tag') return `tag ${source.prefix}`
  if (source.kind === 'store_credit') return 'store credit'
  return [metafieldName(source), pathText(source.path)].filter(Boolean).join(' ')
}

/** Returns a path as programmers write it: `tiers[0].name`. Empty for the whole value. */
export function pathText(path: ValuePath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`
    if (!/^[\p{L}_$][\p{L}\p{N}_$-]*$/u.test(step)) return `${text}[${JSON.stringify(step)}]`
    return text === '' ? step : `${text}.${step}`
  }, '')
}

/** Returns the key of what has to be read for a source; null if nothing has to be read beside the customer's own fields. */
export function keyOfSource(source: ValueSource): MetafieldKey | null {
  if (source.kind === 'tag') return null
  return source.kind === 'store_credit' ? STORE_CREDIT : { namespace: source.namespace, key: source.key }
}

/** Whether both rows give the same value for every customer. */
export function readsTheSame(one: MappedValue, other: MappedValue): boolean {
  return readingText(one) === readingText(other)
}

/** Returns a text that is the same for rows that give the same value for every customer. */
export function readingText({ source, reading: { as, names, nothing, notYet = [], blank } }: MappedValue): string {
  const named = names.map(({ value, name }) => [value, name])
  return JSON.stringify([sourceName(source), as, named, nothing, blank, ...notYet])
}
