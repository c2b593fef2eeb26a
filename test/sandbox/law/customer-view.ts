import type { AccountState } from '#test/sandbox/klaviyo/account/account-state.ts'
import type { ProfileRecord } from '#test/sandbox/klaviyo/profiles/profile-record.ts'
import type { Customer } from '#test/sandbox/shopify/customers/customer.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { type AddressReading, readAddress } from './expectation/contacts.ts'
import { expectedProfile, type Fields, keptProperties } from './expectation/expected-profile.ts'
import type { LockstepRows, ProfileRow } from './lockstep-rows.ts'

/** Everything that is known of one customer: what is judged by. */
export interface CustomerView {
  readonly customer: Customer
  readonly row: ProfileRow
  readonly address: AddressReading
  /** What the profile is to be; null without a usable address. */
  readonly expected: Fields | null
  /** Properties of which Klaviyo keeps what it has, and those of them whose value in Shopify is wrong. */
  readonly kept: { readonly kept: ReadonlySet<string>; readonly wrong: ReadonlySet<string> }
  /** The profiles that name this customer. */
  readonly named: readonly ProfileRecord[]
  readonly shop: Shop
  readonly account: AccountState
  readonly rows: LockstepRows
}

export interface ShopView {
  readonly shop: Shop
  readonly account: AccountState
  readonly rows: LockstepRows
  /** The profiles of the account by the customer whom they name. */
  readonly byOwner: ReadonlyMap<string, readonly ProfileRecord[]>
}

export function customerViewOf(
  customer: Customer,
  row: ProfileRow,
  { shop, account, rows, byOwner }: ShopView,
): CustomerView {
  const address = readAddress(customer.defaultEmailAddress?.emailAddress)
  const { mapping } = rows.choices
  const { times } = row
  const expected =
    address.kind === 'address' ? expectedProfile(customer, { email: address.address, times }, mapping, shop) : null
  const kept = keptProperties(customer, mapping, shop)
  return { customer, row, address, expected, kept, named: byOwner.get(customer.id) ?? [], shop, account, rows }
}

export function ownerOf(profile: ProfileRecord): string | null {
  const owner = profile.attributes.properties.shopify_customer_id ?? null
  return owner === null ? null : String(owner)
}

/** The profile that is the customer's own: the one that names them, else the one with their address. */
export function ownProfile({ named, address, account }: CustomerView): ProfileRecord | undefined {
  return named[0] ?? (address.kind === 'address' ? account.profileByEmail(address.address) : undefined)
}

/** Profiles that hold one of the identifiers the customer is to have, and are another's. */
export function profilesInTheWay(view: CustomerView): ProfileRecord[] {
  const own = ownProfile(view)
  return (['email', 'phone_number', 'external_id'] as const).flatMap((field) => {
    const value = view.expected?.get(field)
    const holder = typeof value === 'string' ? view.account.profileBy(field, value) : undefined
    return holder && (holder !== own || isAnothers(holder, view)) ? [holder] : []
  })
}

function isAnothers(profile: ProfileRecord, { customer }: CustomerView): boolean {
  const owner = ownerOf(profile)
  return owner !== null && owner !== customer.id
}
