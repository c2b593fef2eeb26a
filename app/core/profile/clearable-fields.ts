import type { MappingInForce } from '../settings/mapping.ts'
import type { FieldName } from './field-names.ts'
import { computedNames, currencyName, type Mapping, standardFields } from './mapped-fields.ts'
import { isSameSharing, ownerPropertyOf, type Sharing, sendsCommonFields, sentName } from './sharing.ts'

const locationParts = ['address1', 'address2', 'city', 'region', 'zip', 'country'] as const

/** Returns every field that a profile may carry under this mapping. */
export function fieldsOf(mapping: Mapping, sharing: Sharing): Set<FieldName> {
  const { standard, values } = mapping
  const fields: FieldName[] = ['email', ...(sendsCommonFields(sharing) ? commonFieldsOf(mapping) : [])]
  for (const { on, name } of [...standardFields.map((field) => standard[field]), ...values])
    if (on) fields.push(...[name, currencyName(name)].map((own) => `properties.${sentName(sharing, own)}`))
  return new Set([...fields, ...computedNames(mapping, sharing)])
}

function commonFieldsOf({ attributes }: Mapping): FieldName[] {
  const chosen = (['external_id', 'locale', 'phone_number'] as const).filter((name) => attributes[name])
  const location = attributes.location ? locationParts.map((part) => `location.${part}`) : []
  return ['first_name', 'last_name', ...chosen, ...location]
}

/**
 * Returns a function that selects those delivered fields which may be cleared. Fields in the mapping always may. Others may only if the
 * merchant chose to clear fields that are no longer mapped, and never if they were kept in Klaviyo under an earlier choice.
 */
export function clearableBy({
  mapping,
  sharing,
  forgotten,
}: MappingInForce): (delivered: readonly FieldName[]) => readonly FieldName[] {
  if (mapping.clears && forgotten.length === 0) return (delivered) => delivered
  const sent = fieldsOf(mapping, sharing)
  const stays = new Set(forgotten)
  return (delivered) => delivered.filter((name) => sent.has(name) || (mapping.clears && !stays.has(name)))
}

/** Above this number the oldest are dropped: by then no row refers to them any more. */
const MAX_FORGOTTEN = 2_000

/**
 * Returns the fields that stay in Klaviyo for good after a change of mapping, or of what is written beside other shops. Fields that are
 * mapped again are not among them. What a shop no longer writes beside others is never cleared, because it may be another shop's by now.
 */
export function forgottenAfter(before: MappingInForce, next: Mapping, sharing: Sharing = before.sharing): FieldName[] {
  const sent = fieldsOf(next, sharing)
  const isMoved = !isSameSharing(before.sharing, sharing)
  const dropped = next.clears && !isMoved ? [] : [...fieldsOf(before.mapping, before.sharing)]
  if (isMoved) dropped.push(`properties.${ownerPropertyOf(before.sharing)}`)
  return [...new Set([...before.forgotten, ...dropped])].filter((name) => !sent.has(name)).slice(-MAX_FORGOTTEN)
}
