import type { KnownProfile } from '#app/core/flow/decision.ts'
import { customerNumber, type ShopDomain } from '#app/core/ids.ts'
import { withHeld } from '#app/core/loyalty/held-sources.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { clearableBy, forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { comparedFields, type Delivered } from '#app/core/profile/compared-fields.ts'
import { type Customer, isUnreadable } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { type MappedCustomer, mapCustomer } from '#app/core/profile/map-customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { type MetafieldKey, metafieldName } from '#app/core/profile/mapped-values.ts'
import { largestField } from '#app/core/profile/profile-size.ts'
import type { MappingPreview } from '#app/core/report/mapping-view.ts'
import { defaultInForce, type MappingInForce } from '#app/core/settings/mapping.ts'
import { parseChoice } from '#app/core/settings/settings.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readAnyCustomer, readCustomerByEmail, readCustomers, type ShownCustomer } from '#app/shopify/read-customers.ts'
import { autocommit } from '#app/store/database.ts'
import { findKnownProfiles } from '#app/store/profiles.ts'
import { findShop } from '#app/store/shops.ts'
import { hashOfMapped, isTooLarge } from '../deliver/read-profile.ts'

/**
 * What would be sent of one customer with a mapping that is not saved. The customer is read from Shopify now, and not stored. `query` is an
 * email address or a customer number; if it is empty, any customer is read.
 */
export async function previewMapping(
  shop: ShopDomain,
  { query, mapping: input }: { query: string; mapping: unknown },
): Promise<MappingPreview> {
  const mapping = parseChoice('mapping', input)
  if (mapping === null) return { kind: 'mapping_invalid' }
  const { mapping: chosen, heldSources: held } = (await findShop(shop)) ?? { mapping: defaultInForce, heldSources: [] }
  const before = { ...chosen, mapping: withHeld(chosen.mapping, held) }
  const next = { ...chosen, mapping: withHeld(mapping, held), forgotten: forgottenAfter(chosen, mapping) }
  const answer = await readSample(shop, query.trim(), metafieldsOfBoth(before, next))
  if (answer.kind !== 'answered') return { kind: 'unavailable' }
  const customer = answer.data
  if (!customer) return { kind: 'not_found' }
  if (isUnreadable(customer)) return { kind: 'unavailable' }
  const known = (await findKnownProfiles(shop, [customer.id], autocommit)).get(customer.id) ?? null
  return previewOf(customer, known, { before, next })
}

/** The answer for text that is no address, for which Shopify need not be input. */
const NOT_FOUND: AdminAnswer<ShownCustomer> = { kind: 'answered', data: null, pointsAvailable: null, faults: [] }

async function readSample(
  shop: ShopDomain,
  query: string,
  metafields: readonly MetafieldKey[],
): Promise<AdminAnswer<ShownCustomer>> {
  if (query === '') return readAnyCustomer(shop, metafields)
  const number = customerNumber.safeParse(query)
  if (!number.success) {
    const email = emailAddressOf(query)
    if (email.kind !== 'good') return NOT_FOUND
    return readCustomerByEmail(shop, email.address, metafields)
  }
  const answer = await readCustomers(shop, [number.data], metafields)
  return answer.kind === 'answered' ? { ...answer, data: answer.data[0] ?? null } : answer
}

function metafieldsOfBoth(before: MappingInForce, next: MappingInForce): MetafieldKey[] {
  const both = [...metafieldsRead(before.mapping), ...metafieldsRead(next.mapping)]
  return [...new Map(both.map((metafield) => [metafieldName(metafield), metafield])).values()]
}

function previewOf(
  customer: Customer,
  known: KnownProfile | null,
  { before, next }: { before: MappingInForce; next: MappingInForce },
): MappingPreview {
  const customerId = customer.id
  const email = emailAddressOf(customer.email)
  if (email.kind === 'missing') return { kind: 'not_sent', customerId, code: 'no_email' }
  if (email.kind === 'malformed') return { kind: 'not_sent', customerId, code: 'invalid_email' }
  const mapped = mapCustomer(customer, email.address, next.mapping, next.sharing)
  const { profile } = mapped
  const canonical = canonicalProfile(profile)
  const delivered = deliveredOf(known, mapCustomer(customer, email.address, before.mapping, before.sharing))
  // Those that are added when a profile is sent are neither new nor cleared.
  const comparable = delivered.fields.filter((field) => !mapped.added.includes(field))
  return {
    kind: 'profile',
    customerId,
    email: email.address,
    against: againstDelivered(known, hashOfMapped(mapped, canonical)),
    fields: comparedFields(profile, { ...delivered, fields: comparable }, clearableBy(next)),
    bytes: Buffer.byteLength(canonical),
    tooLarge: isTooLarge(canonical) ? largestField(profile) : null,
  }
}

/** Delivered values are not stored. But if the customer, mapped as before, has the hash of what was delivered, these are the values. */
function deliveredOf(known: KnownProfile | null, asMappedBefore: MappedCustomer): Delivered {
  const { profile } = asMappedBefore
  const isIt = deliveredHash(known) === hashOfMapped(asMappedBefore, canonicalProfile(profile))
  return { fields: known?.fields ?? [], profile: isIt ? profile : null }
}

function againstDelivered(known: KnownProfile | null, hash: string): 'same' | 'differs' | 'never' {
  if (!known || (deliveredHash(known) === null && known.fields.length === 0)) return 'never'
  return deliveredHash(known) === hash ? 'same' : 'differs'
}

/** The hash of what was delivered; null if nothing was. For a customer kept as it was, the stored hash is of what was found. */
function deliveredHash(known: KnownProfile | null): string | null {
  return known && !known.futureOnly ? known.hash : null
}
