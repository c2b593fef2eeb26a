import { type FieldName, PROPERTY } from './field-names.ts'
import { OWNER_PROPERTY } from './profile.ts'

/**
 * What a shop writes into the profiles of its Klaviyo account, if other shops write there as well. A customer of two shops has one profile:
 * if both shops wrote the same fields, each would overwrite the other's values again and again.
 */
export type Sharing =
  /** Everything, under the names of the mapping. */
  | { readonly kind: 'plain' }
  /** Everything, with the prefix before the name of each property. Names, phone number and address are those of the shop that synced last. */
  | { readonly kind: 'prefixed'; readonly prefix: string }
  /** Only properties, with the prefix: names, phone number, address and all else that shops have in common are written by another shop. */
  | { readonly kind: 'following'; readonly prefix: string }

export const plainSharing: Sharing = { kind: 'plain' }

const LONGEST_PREFIX = 40

/** Whether a text can begin a property's name: Klaviyo's own properties begin with a dollar sign. */
export function isPrefix(text: string): boolean {
  return text.length <= LONGEST_PREFIX && /^[^\p{Cc}\p{Cs}$][^\p{Cc}\p{Cs}]*$/u.test(text)
}

/** Whether a choice may be saved: if it has a prefix, one that can begin a property's name. */
export function isValidSharing(sharing: Sharing): boolean {
  return sharing.kind === 'plain' || isPrefix(sharing.prefix.trim())
}

/** Returns the name under which a property is sent. */
export function sentName(sharing: Sharing, name: string): string {
  return sharing.kind === 'plain' ? name : `${sharing.prefix} ${name}`
}

/** Returns the name of the property that holds the number of the profile's customer in this shop. */
export function ownerPropertyOf(sharing: Sharing): string {
  return sentName(sharing, OWNER_PROPERTY)
}

/**
 * Returns the properties in which a profile may name its customer of this shop: the one that is written now, and those of earlier choices,
 * under which profiles were sent that have not been sent since.
 */
export function ownerPropertiesOf({
  sharing,
  forgotten,
}: {
  readonly sharing: Sharing
  readonly forgotten: readonly FieldName[]
}): string[] {
  const former = forgotten.filter((field) => field.startsWith(PROPERTY) && field.endsWith(OWNER_PROPERTY))
  return [...new Set([ownerPropertyOf(sharing), ...former.map((field) => field.slice(PROPERTY.length))])]
}

/** Whether the shop writes what all shops have in common: names, phone number, address, language and external id. */
export function sendsCommonFields({ kind }: Sharing): boolean {
  return kind !== 'following'
}

export function isSameSharing(one: Sharing, other: Sharing): boolean {
  return one.kind === other.kind && sentName(one, '') === sentName(other, '')
}
