import type { FieldName } from './field-names.ts'
import { currencyName, type Mapping, standardFields } from './mapped-fields.ts'
import type { MappingInForce } from './mapping.ts'

const locationParts = ['address1', 'address2', 'city', 'region', 'zip', 'country'] as const

/** Every field that a profile may carry under this mapping. */
export function fieldsOf({ attributes, standard, metafields }: Mapping): Set<FieldName> {
  const fields: FieldName[] = ['email', 'first_name', 'last_name']
  if (attributes.external_id) fields.push('external_id')
  if (attributes.locale) fields.push('locale')
  if (attributes.phone_number) fields.push('phone_number')
  if (attributes.location) fields.push(...locationParts.map((part) => `location.${part}`))
  for (const { on, name } of [...standardFields.map((field) => standard[field]), ...metafields])
    if (on) fields.push(`properties.${name}`, `properties.${currencyName(name)}`)
  return new Set(fields)
}

/**
 * Tells of the fields that were delivered to a customer which may still be cleared. Those that the mapping sends always may; others
 * only if the merchant wants them cleared, and never those that were left in Klaviyo before. What may not is forgotten.
 */
export function clearableBy({
  mapping,
  forgotten,
}: MappingInForce): (delivered: readonly FieldName[]) => readonly FieldName[] {
  if (mapping.clears && forgotten.length === 0) return (delivered) => delivered
  const sent = fieldsOf(mapping)
  const stays = new Set(forgotten)
  return (delivered) => delivered.filter((name) => sent.has(name) || (mapping.clears && !stays.has(name)))
}

/** Past this, the oldest are dropped: by then no row remembers them any more. */
const MOST_FORGOTTEN = 2_000

/** What stays in Klaviyo for good once a mapping takes another's place. What is mapped again is Lockstep's again. */
export function forgottenAfter(before: MappingInForce, next: Mapping): FieldName[] {
  const sent = fieldsOf(next)
  const dropped = next.clears ? [] : [...fieldsOf(before.mapping)]
  return [...new Set([...before.forgotten, ...dropped])].filter((name) => !sent.has(name)).slice(-MOST_FORGOTTEN)
}
