import { membershipsSize, PLACES_SIZE } from '#app/core/flow/read-lane.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { CompanyPlace, Standing, StandingAsked } from '#app/core/profile/standing.ts'
import type { AdminAnswer } from '#app/shopify/admin-answer.ts'
import { readCompanyPlaces } from '#app/shopify/companies.ts'
import { readMemberships } from '#app/shopify/segments.ts'
import { findShop, forgetShopFacts } from '#app/store/shops.ts'
import { askSegmentsGone, noteSegmentsGone } from './note-segments-gone.ts'

/** What was read of each customer; nothing of one whom Shopify could not tell of. */
type Read<Part> = AdminAnswer<ReadonlyMap<CustomerId, Part>>

/**
 * What Shopify says at this moment of customers outside their records, as far as the rules ask. A customer of whom it cannot tell is
 * not in the map.
 */
export async function readStandings(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  asked: StandingAsked,
): Promise<AdminAnswer<ReadonlyMap<CustomerId, Standing>>> {
  const segments = await readAllSegments(shop, customerIds, asked.segments)
  if (segments.kind !== 'answered') return segments
  const places = asked.places ? await readAllPlaces(shop, customerIds) : nothing(customerIds, [])
  if (places.kind !== 'answered') return places
  const data = new Map<CustomerId, Standing>()
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

/** Reads of customers in calls of a size; what interrupts one interrupts all. */
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

/** Asks again without what Shopify stumbles over: a segment that is gone, or a customer it cannot tell of. */
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
    await noteSegmentsGone(shop, segments, data.gone)
    return { ...answer, data: new Map(customerIds.map((customerId, place) => [customerId, data.of[place]!])) }
  }
  const gone = await askSegmentsGone(shop, segments)
  if (gone.kind !== 'answered') return gone
  if (gone.data.length > 0) {
    const left = segments.filter((segment) => !gone.data.includes(segment))
    return readSegmentsOf(shop, customerIds, left)
  }
  if (data.failed.length === 0) return { kind: 'unavailable' }
  const others = customerIds.filter((_, place) => !data.failed.includes(place))
  return readSegmentsOf(shop, others, segments)
}

/** Nobody is a contact where nothing is sold to companies, and there the question would be refused. */
async function readAllPlaces(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
): Promise<Read<readonly CompanyPlace[]>> {
  const b2b = (await findShop(shop))?.b2b ?? null
  if (b2b === null) return { kind: 'unavailable' } // learnt with the shop's facts, within the conductor's next turn
  if (!b2b) return nothing(customerIds, [])
  return readInCalls(customerIds, PLACES_SIZE, async (some) => {
    const answer = await readCompanyPlaces(shop, some)
    // Nobody need have told us that a shop sells to companies no longer.
    if (answer.kind === 'access_denied') await forgetShopFacts(shop)
    if (answer.kind !== 'answered') return answer
    const told = some.flatMap((customerId, place) => {
      const places = answer.data[place]!
      return places === 'unreadable' ? [] : [[customerId, places] as const]
    })
    return { ...answer, data: new Map(told) }
  })
}
