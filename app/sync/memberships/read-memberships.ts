import { membershipsSize, PLACES_SIZE } from '#app/core/flow/read-lane.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { CompanyPlace, MembershipQuery, Memberships } from '#app/core/profile/memberships.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readCompanyPlaces } from '#app/shopify/companies.ts'
import { readMemberships } from '#app/shopify/segments.ts'
import { findShop, forgetShopFacts } from '#app/store/shops.ts'
import { checkSegmentsGone, recordSegmentsGone } from './record-segments-gone.ts'

/** What was read for each customer. A customer that Shopify could not read is not in the map. */
type Read<Part> = AdminAnswer<ReadonlyMap<CustomerId, Part>>

/**
 * Reads the current segments and companies of customers from Shopify, as far as the query needs them. A customer that Shopify cannot read
 * is not in the map.
 */
export async function readMembershipsOf(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  query: MembershipQuery,
): Promise<AdminAnswer<ReadonlyMap<CustomerId, Memberships>>> {
  const segments = await readAllSegments(shop, customerIds, query.segments)
  if (segments.kind !== 'answered') return segments
  const places = query.places ? await readAllPlaces(shop, customerIds) : nothing(customerIds, [])
  if (places.kind !== 'answered') return places
  const data = new Map<CustomerId, Memberships>()
  for (const customerId of customerIds) {
    const [isIn, has] = [segments.data.get(customerId), places.data.get(customerId)]
    if (isIn && has) data.set(customerId, { segments: isIn, places: has })
  }
  return { ...places, pointsAvailable: places.pointsAvailable ?? segments.pointsAvailable, data }
}

function nothing<Part>(customerIds: readonly CustomerId[], part: Part): Extract<Read<Part>, { kind: 'answered' }> {
  const data = new Map(customerIds.map((customerId) => [customerId, part]))
  return { kind: 'answered', data, pointsAvailable: null, faults: [] }
}

/** Reads customers in calls of `size` customers. Stops at the first call that fails, and returns its answer. */
async function readInCalls<Part>(
  customerIds: readonly CustomerId[],
  size: number,
  read: (some: readonly CustomerId[]) => Promise<Read<Part>>,
): Promise<Read<Part>> {
  const data = new Map<CustomerId, Part>()
  let pointsAvailable: number | null = null
  for (let from = 0; from < customerIds.length; from += size) {
    const answer = await read(customerIds.slice(from, from + size))
    if (answer.kind !== 'answered') return answer
    pointsAvailable = answer.pointsAvailable
    for (const [customerId, part] of answer.data) data.set(customerId, part)
  }
  return { kind: 'answered', data, pointsAvailable, faults: [] }
}

async function readAllSegments(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  segments: readonly string[],
): Promise<Read<ReadonlySet<string>>> {
  if (segments.length === 0) return nothing(customerIds, new Set<string>())
  return readInCalls(customerIds, membershipsSize(segments.length), (some) => readSegmentsOf(shop, some, segments))
}

/** Reads the segments of customers, again without those deleted segments and unreadable customers on which the whole query fails. */
async function readSegmentsOf(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  segments: readonly string[],
): Promise<Read<ReadonlySet<string>>> {
  if (customerIds.length === 0 || segments.length === 0) return nothing(customerIds, new Set<string>())
  const answer = await readMemberships(shop, customerIds, segments)
  if (answer.kind !== 'answered') return answer
  const { data } = answer
  if ('of' in data) {
    await recordSegmentsGone(shop, segments, data.gone)
    return { ...answer, data: new Map(customerIds.map((customerId, place) => [customerId, data.of[place]!])) }
  }
  const gone = await checkSegmentsGone(shop, segments)
  if (gone.kind !== 'answered') return gone
  if (gone.data.length > 0) {
    const remaining = segments.filter((segment) => !gone.data.includes(segment))
    return readSegmentsOf(shop, customerIds, remaining)
  }
  if (data.failed.length === 0) return { kind: 'unavailable' }
  const others = customerIds.filter((_, place) => !data.failed.includes(place))
  return readSegmentsOf(shop, others, segments)
}

/** A shop that does not sell to companies has no contacts, and Shopify would refuse the query. */
async function readAllPlaces(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<Read<readonly CompanyPlace[]>> {
  const b2b = (await findShop(shop))?.b2b ?? null
  if (b2b === null) return { kind: 'unavailable' } // read with the shop's facts, at the beginning of the next turn
  if (!b2b) return nothing(customerIds, [])
  return readInCalls(customerIds, PLACES_SIZE, async (some) => {
    const answer = await readCompanyPlaces(shop, some)
    // The shop may no longer sell to companies, which no webhook reports.
    if (answer.kind === 'access_denied') await forgetShopFacts(shop)
    if (answer.kind !== 'answered') return answer
    const readable = some.flatMap((customerId, place) => {
      const places = answer.data[place]!
      return places === 'unreadable' ? [] : [[customerId, places] as const]
    })
    return { ...answer, data: new Map(readable) }
  })
}
