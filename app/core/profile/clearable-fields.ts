import type { MappingInForce } from '../settings/mapping.ts'
import type { FieldName } from './field-names.ts'
import { computedNames, currencyName, type Mapping, standardFields } from './mapped-fields.ts'

const locationParts = ['address1', 'address2', 'city', 'region', 'zip', 'country'] as const

/** Returns every field that a profile may carry under this mapping. */
export function fieldsOf({ attributes, standard, values, computed }: Mapping): Set<FieldName> {
  const fields: FieldName[] = ['email', 'first_name', 'last_name']
  if (attributes.external_id) fields.push('external_id')
  if (attributes.locale) fields.push('locale')
  if (attributes.phone_number) fields.push('phone_number')
  if (attributes.location) fields.push(...locationParts.map((part) => `location.${part}`))
  for (const { on, name } of [...standardFields.map((field) => standard[field]), ...values])
    if (on) fields.push(`properties.${name}`, `properties.${currencyName(name)}`)
  return new Set([...fields, ...computedNames({ computed })])
}

/**
 * Returns a function that selects those delivered fields which may be cleared. Fields in the mapping always may. Others may only if the
 * merchant chose to clear fields that are no longer mapped, and never if they were kept in Klaviyo under an earlier choice.
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

/** Above this number the oldest are dropped: by then no row refers to them any more. */
const MAX_FORGOTTEN = 2_000

/** Returns the fields that stay in Klaviyo for good after a change of mapping. Fields that are mapped again are not among them. */
export function forgottenAfter(before: MappingInForce, next: Mapping): FieldName[] {
  const sent = fieldsOf(next)
  const dropped = next.clears ? [] : [...fieldsOf(before.mapping)]
  return [...new Set([...before.forgotten, ...dropped])].filter((name) => !sent.has(name)).slice(-MAX_FORGOTTEN)
}
