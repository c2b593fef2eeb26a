import { gidOf } from '../global-id.ts'

export interface MetafieldDefinition {
  readonly id: string
  readonly namespace: string
  readonly key: string
  readonly name: string
  readonly type: { readonly name: string; readonly category: string }
  readonly access: { readonly admin: string | null }
  readonly ownerType: 'CUSTOMER' | 'COMPANY'
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
