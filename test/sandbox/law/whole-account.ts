import type { ProfileRecord } from '#test/sandbox/klaviyo/profiles/profile-record.ts'
import { ownerOf, type ShopView } from './customer-view.ts'

/** What is wrong with an account's profiles and with a shop's rows, taken together: shared profiles, and those too many. */
export function faultsOfTheWhole(view: ShopView): string[] {
  return [...sharedRows(view), ...severalForOne(view), ...[...view.account.profiles()].flatMap(faultsOf)]

  function faultsOf(profile: ProfileRecord): string[] {
    const consent = profile.subscriptions.email.consent === 'NEVER_SUBSCRIBED' ? [] : ['its consent was changed']
    return [...consent, ...strangeOwner(profile, view)].map((fault) => `profile ${profile.id}: ${fault}`)
  }
}

/** The profiles by the customer whom they name. */
export function profilesByOwner(profiles: Iterable<ProfileRecord>): Map<string, ProfileRecord[]> {
  const byOwner = new Map<string, ProfileRecord[]>()
  for (const profile of profiles) {
    const owner = ownerOf(profile)
    if (owner !== null) byOwner.set(owner, [...(byOwner.get(owner) ?? []), profile])
  }
  return byOwner
}

function sharedRows({ rows }: ShopView): string[] {
  const holders = new Map<string, string[]>()
  for (const { customerId, klaviyoId } of rows.profiles) {
    if (klaviyoId !== null) holders.set(klaviyoId, [...(holders.get(klaviyoId) ?? []), customerId])
  }
  return [...holders]
    .filter(([, customers]) => customers.length > 1)
    .map(([id, customers]) => `profile ${id}: customers ${customers.join(' and ')} share it`)
}

function severalForOne({ byOwner }: ShopView): string[] {
  return [...byOwner]
    .filter(([, profiles]) => profiles.length > 1)
    .map(([owner, profiles]) => `customer ${owner}: profiles ${profiles.map(({ id }) => id).join(' and ')} name them`)
}

/** A profile stays when its customer is deleted in Shopify or left out later; that of one who was merged becomes the other's. */
function strangeOwner(profile: ProfileRecord, { shop, rows }: ShopView): string[] {
  const owner = ownerOf(profile)
  if (owner === null) return profile.createdBy === 'app' ? ['Lockstep made it, and it belongs to nobody'] : []
  if (shop.customers.get(owner)) return []
  const fate = shop.customers.fateOf(owner)
  if (fate?.kind === 'removed') return []
  if (fate === null) {
    const isTheirs = profile.theirs?.has('properties.shopify_customer_id')
    return isTheirs ? [] : [`it names customer ${owner}, whom the shop never had`]
  }
  const keeper = rows.profiles.find(({ customerId }) => customerId === fate.into)
  return keeper?.state === 'synced' ? [`it names customer ${owner}, who became ${fate.into}`] : []
}
