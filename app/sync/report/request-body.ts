import type { ShopDomain } from '#app/core/ids.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import type { Customer } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { type ClearedFields, clearedFields } from '#app/core/profile/field-names.ts'
import { timeProperties } from '#app/core/profile/loyalty-times.ts'
import { mapCustomer } from '#app/core/profile/map-customer.ts'
import { SECONDARY_IDENTIFIERS } from '#app/core/profile/omission.ts'
import { omitField } from '#app/core/profile/omit-field.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import type { RequestBody } from '#app/core/report/customer-view.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import { profilePayload } from '#app/klaviyo/profile-payload.ts'
import { autocommit } from '#app/store/database.ts'
import { findDelivery } from '#app/store/deliveries.ts'
import { findKnownLoyalty } from '#app/store/loyalty-values.ts'
import type { StoredProfile } from '#app/store/profiles.ts'
import { hashOf, hashOfMapped } from '../deliver/read-profile.ts'

/** What would be sent of a customer now. */
export interface SentNow {
  readonly profile: Profile
  /** The hashes under which it may have been sent: complete, and without the identifiers that wait for Klaviyo's id. */
  readonly hash: string
  readonly hashHeldBack: string
}

/** Maps a customer as it would be sent now, with the times that follow from what was delivered. The address must be valid. */
export async function sentNow(
  shop: ShopDomain,
  customer: Customer,
  { mapping, sharing }: MappingInForce,
  stored: StoredProfile | null,
): Promise<SentNow | null> {
  const email = emailAddressOf(customer.email)
  if (email.kind !== 'good') return null
  const mapped = mapCustomer(customer, email.address, mapping, sharing)
  const known = (await findKnownLoyalty(shop, [customer.id], autocommit)).get(customer.id)
  const times = known ? timeProperties(known.delivered.times, mapping.computed, sharing) : {}
  const timed = { ...mapped.profile, properties: { ...mapped.profile.properties, ...times } }
  const omitted = stored?.omitted.map(({ field }) => field) ?? []
  const profile = omitted.reduce<Profile>(omitField, timed)
  const withoutIdentifiers = SECONDARY_IDENTIFIERS.reduce<Profile>(omitField, mapped.profile)
  return {
    profile: timed,
    hash: hashOfMapped(mapped, canonicalProfile(mapped.profile)),
    hashHeldBack: hashOf(canonicalProfile({ ...withoutIdentifiers, properties: profile.properties })),
  }
}

/** The body of the request that carried the customer last: with its values, if the hash proves that they are those that were sent. */
export async function bodyOfLast(
  shop: ShopDomain,
  stored: StoredProfile,
  sent: SentNow | null,
): Promise<RequestBody | null> {
  const request = stored.row.delivery === null ? null : await findDelivery(shop, stored.row.delivery)
  if (!request) return null
  const hash = request.kind === 'upsert' ? request.hash : stored.hash
  const isWhole = sent !== null && hash === sent.hash
  const isHeldBack = sent !== null && hash === sent.hashHeldBack
  if (!isWhole && !isHeldBack) return { kind: 'names', fields: stored.fields }
  const omitted = stored.omitted.map(({ field }) => field)
  const absent = isHeldBack ? [...omitted, ...SECONDARY_IDENTIFIERS] : omitted
  const profile = absent.reduce<Profile>(omitField, sent.profile)
  const payload = profilePayload({
    canonical: canonicalProfile(profile),
    klaviyoId: request.kind === 'upsert' ? request.klaviyoId : stored.klaviyoId,
    fieldsToClear: clearedIn(request.cleared),
  })
  return { kind: 'exact', json: JSON.stringify({ data: JSON.parse(payload) }, null, 2) }
}

function clearedIn(names: readonly string[]): ClearedFields | null {
  return clearedFields(names, [])
}
