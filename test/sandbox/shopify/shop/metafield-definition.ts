import { gidOf, parseGid } from '../global-id.ts'

/** Who else may read and write a defined metafield. The first three keep it from every app but its owner. */
export type MetafieldAdminAccess =
  | 'PRIVATE'
  | 'MERCHANT_READ'
  | 'MERCHANT_READ_WRITE'
  | 'PUBLIC_READ'
  | 'PUBLIC_READ_WRITE'

export interface MetafieldDefinition {
  readonly id: string
  readonly namespace: string
  readonly key: string
  readonly name: string
  readonly type: { readonly name: string; readonly category: string }
  readonly access: { readonly admin: string | null }
  readonly ownerType: 'CUSTOMER' | 'COMPANY'
}

/** `namespace.key` of the customer metafields that their definition keeps from every app but its owner. */
export function hiddenMetafields(definitions: readonly MetafieldDefinition[]): ReadonlySet<string> {
  const hidden = definitions.filter(
    ({ ownerType, access }) => ownerType === 'CUSTOMER' && access.admin && !access.admin.startsWith('PUBLIC_'),
  )
  return new Set(hidden.map(({ namespace, key }) => `${namespace}.${key}`))
}

export interface NewDefinition {
  readonly namespace: string
  readonly key: string
  readonly name: string
  /** The name of the type, `number_integer`. */
  readonly type: string
  readonly access: MetafieldAdminAccess | null
}

/** A definition for customers, with the next free id. */
export function customerDefinition(
  { namespace, key, name, type, access }: NewDefinition,
  others: readonly MetafieldDefinition[],
): MetafieldDefinition {
  const last = Math.max(0, ...others.map(({ id }) => Number(parseGid(id)?.id ?? 0)))
  return {
    id: gidOf('MetafieldDefinition', String(last + 1)),
    namespace,
    key,
    name,
    type: { name: type, category: categoryOf(type) },
    access: { admin: access },
    ownerType: 'CUSTOMER',
  }
}

function categoryOf(type: string): string {
  if (type.startsWith('number_')) return 'NUMBER'
  if (type === 'json') return 'CUSTOM'
  if (type === 'money') return 'MONEY'
  if (type === 'url') return 'URL'
  return type.startsWith('date') ? 'DATE_TIME' : 'TEXT'
}

/** What a loyalty app leaves behind when it is installed. A test may put others in their place. */
export function loyaltyDefinitions(): MetafieldDefinition[] {
  return [
    definition(1, { key: 'points', name: 'Loyalty points', type: { name: 'number_integer', category: 'NUMBER' } }),
    definition(2, { key: 'tier', name: 'Loyalty tier', type: { name: 'single_line_text_field', category: 'TEXT' } }),
  ]
}

function definition(number: number, words: Pick<MetafieldDefinition, 'key' | 'name' | 'type'>): MetafieldDefinition {
  const id = gidOf('MetafieldDefinition', String(number))
  return { id, namespace: 'loyalty', ownerType: 'CUSTOMER', access: { admin: 'PUBLIC_READ' }, ...words }
}
