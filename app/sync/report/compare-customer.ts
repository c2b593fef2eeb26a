import { inTime } from '#app/core/deadline.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { withHeld } from '#app/core/loyalty/held-sources.ts'
import { clearableBy } from '#app/core/profile/clearable-fields.ts'
import { type Customer, isUnreadable, type Unreadable } from '#app/core/profile/customer.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { fieldValuesOf, liveFields } from '#app/core/profile/live-fields.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { type Memberships, noMemberships } from '#app/core/profile/memberships.ts'
import type { LiveCustomer } from '#app/core/report/customer-view.ts'
import { membershipQueryOf } from '#app/core/settings/audience.ts'
import { defaultInForce } from '#app/core/settings/mapping.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { type LiveProfile, readProfileLive } from '#app/klaviyo/read-profile.ts'
import { readCustomerNames, readCustomers } from '#app/shopify/read-customers.ts'
import { autocommit } from '#app/store/database.ts'
import { reserveCalls } from '#app/store/klaviyo-budgets.ts'
import { findKnownProfiles, type StoredProfile } from '#app/store/profiles.ts'
import { findShop, type Shop } from '#app/store/shops.ts'
import { findOpenCredential } from '../connection/open-credential.ts'
import { readProfile } from '../deliver/read-profile.ts'
import { readMembershipsOf } from '../memberships/read-memberships.ts'
import { bodyOfLast, sentNow } from './request-body.ts'

/** A side that has not answered by then is shown as one that does not answer, in milliseconds. */
const PATIENCE_MS = 6_000
const SHOPIFY_AWAY = { customer: 'unavailable', name: null, memberships: null } as const
const KLAVIYO_AWAY = { kind: 'unavailable' } as const

type Read = Customer | Unreadable | 'not_found' | 'unavailable'

/**
 * Reads one customer from Shopify and its profile from Klaviyo, and compares what would be sent now with what Klaviyo has. Each side may fail
 * by itself. `played` are choices that are not saved, to compare by instead of the shop's. Nothing of it is stored.
 */
export async function compareCustomer(
  shop: ShopDomain,
  customerId: CustomerId,
  now: Date,
  played: Partial<Pick<Shop, 'audience' | 'mapping' | 'destination' | 'heldSources'>> = {},
): Promise<LiveCustomer> {
  const [known, stored] = await Promise.all([
    findShop(shop).then((found) => found && { ...found, ...played }),
    findKnownProfiles(shop, [customerId], autocommit).then((found) => found.get(customerId) ?? null),
  ])
  const klaviyoId = stored?.klaviyoId ?? null
  const [{ customer, name, memberships }, byId] = await Promise.all([
    inTime(readFromShopify(shop, customerId, known), { ms: PATIENCE_MS, otherwise: SHOPIFY_AWAY }),
    klaviyoId === null ? null : inTime(askFor(shop, { klaviyoId }, now), { ms: PATIENCE_MS, otherwise: KLAVIYO_AWAY }),
  ])
  const readable = typeof customer === 'object' && !isUnreadable(customer) ? customer : null
  const email = emailAddressOf(readable?.email ?? null)
  const klaviyo =
    byId ??
    (email.kind === 'good'
      ? await inTime(askFor(shop, { email: email.address }, now), { ms: PATIENCE_MS, otherwise: KLAVIYO_AWAY })
      : ({ kind: 'not_asked' } as const))
  const wanted = readable && memberships ? wantedOf(readable, memberships, known) : null
  return {
    shopify: shopifySide(customer, name),
    klaviyo: klaviyo.kind === 'found' ? { kind: 'found', klaviyoId: klaviyo.profile.klaviyoId } : klaviyo,
    notSent: wanted?.kind === 'not_sent' ? { code: wanted.code, words: wanted.words } : null,
    ...(await comparison({
      shop,
      known,
      stored,
      readable,
      wanted,
      profile: klaviyo.kind === 'found' ? klaviyo.profile : null,
    })),
  }
}

async function comparison({
  shop,
  known,
  stored,
  readable,
  wanted,
  profile,
}: {
  shop: ShopDomain
  known: Shop | null
  stored: StoredProfile | null
  readable: Customer | null
  wanted: ReturnType<typeof wantedOf> | null
  profile: LiveProfile | null
}): Promise<Pick<LiveCustomer, 'fields' | 'body'>> {
  const policy = known?.mapping ?? defaultInForce
  const sent = readable && wanted?.kind === 'profile' ? await sentNow(shop, readable, policeOf(known), stored) : null
  const delivered = stored ? clearableBy(policy)(stored.fields) : []
  const leftOut = stored?.omitted.map(({ field }) => field) ?? []
  return {
    fields: liveFields(sent && fieldValuesOf(sent.profile), profile?.fields ?? null, { delivered, leftOut }),
    body: stored?.row.delivery ? await bodyOfLast(shop, stored, sent) : null,
  }
}

/** The mapping by which customers are sent now: sources that are held are not taken for empty. */
function policeOf(known: Shop | null) {
  const inForce = known?.mapping ?? defaultInForce
  return { ...inForce, mapping: withHeld(inForce.mapping, known?.heldSources ?? []) }
}

function wantedOf(customer: Customer, memberships: Memberships, known: Shop | null) {
  const { mapping, sharing } = policeOf(known)
  const audience = known?.audience
  if (!audience) return { kind: 'profile' } as const
  const reading = readProfile(customer, memberships, { audience, mapping, sharing })
  if (reading.kind === 'profile') return { kind: 'profile' } as const
  if (reading.kind === 'excluded') return { kind: 'not_sent', code: reading.code, words: null } as const
  return reading.kind === 'issue' ? ({ kind: 'not_sent', code: reading.code, words: reading.words } as const) : null
}

async function readFromShopify(shop: ShopDomain, customerId: CustomerId, known: Shop | null) {
  const query = known ? membershipQueryOf(known.audience) : null
  const [answer, names, memberships] = await Promise.all([
    readCustomers(shop, [customerId], metafieldsRead((known?.mapping ?? defaultInForce).mapping)),
    readCustomerNames(shop, [customerId]),
    query ? readMembershipsOf(shop, [customerId], query) : null,
  ])
  const read: Read = answer.kind === 'answered' ? (answer.data[0] ?? 'not_found') : 'unavailable'
  return {
    customer: read,
    name: names.kind === 'answered' ? (names.data[0] ?? null) : null,
    memberships:
      memberships === null
        ? noMemberships
        : memberships.kind === 'answered'
          ? (memberships.data.get(customerId) ?? null)
          : null,
  }
}

function shopifySide(
  customer: Read,
  name: { readonly name: string | null; readonly email: string | null } | null,
): LiveCustomer['shopify'] {
  if (customer === 'not_found' || customer === 'unavailable') return { kind: customer }
  if (!isUnreadable(customer)) return { kind: 'found', name: name?.name ?? null, email: customer.email }
  return customer.unreadable === 'failed' ? { kind: 'unavailable' } : { kind: 'withheld', words: customer.words }
}

type KlaviyoSide =
  | { readonly kind: 'found'; readonly profile: LiveProfile }
  | Exclude<LiveCustomer['klaviyo'], { kind: 'found' }>

async function askFor(
  shop: ShopDomain,
  by: { readonly klaviyoId: string } | { readonly email: string },
  now: Date,
): Promise<KlaviyoSide> {
  const credential = await findOpenCredential(shop, () => now)
  if (!credential) return { kind: 'not_connected' }
  const endpoint = 'klaviyoId' in by ? endpoints.findProfile : endpoints.findProfiles
  const { granted } = await reserveCalls(credential.quota, endpoint, { wanted: 1, now })
  if (granted === 0) return { kind: 'unavailable' }
  const answer = await readProfileLive(credential.access, by)
  if (answer.kind !== 'read') return { kind: 'unavailable' }
  return answer.profile ? { kind: 'found', profile: answer.profile } : { kind: 'not_found' }
}
