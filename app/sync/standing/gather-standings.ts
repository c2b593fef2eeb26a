import { type GatheringPart, gatheringParts } from '#app/core/flow/gathering.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { StandingAsked } from '#app/core/profile/standing.ts'
import { readSegmentMembers } from '#app/shopify/segments.ts'
import { findShop } from '#app/store/shops.ts'
import { beginGathering, type Gathering } from '#app/store/standings.ts'
import { gatherPlaces } from './gather-places.ts'
import { type Gathered, type GatheredStep, type Gatherer, moveOn, nextPart } from './move-on.ts'
import { askSegmentsGone } from './note-segments-gone.ts'

/** Points left to live reads: what is gathered waits for more to come back. */
const POINTS_LEFT_TO_OTHERS = 500

/**
 * Reads what the rules want to know of all customers beside their records, page by page, and keeps it for `holder` until somebody
 * deletes it. Goes on where the last call stopped, however that ended; when something else is asked, it begins anew. Yields
 * `complete` once all is read, `under_way` when `until` came first or Shopify is still writing.
 */
export async function gatherStandings(
  shop: ShopDomain,
  holder: string,
  asked: StandingAsked,
  { until, clock }: { until: Date; clock: () => Date },
): Promise<Gathered> {
  const gatherer = { shop, holder, clock }
  let gathering = await beginGathering(shop, holder, asked, clock())
  while (!gathering.complete) {
    const step = await gatherOn(gatherer, gathering)
    if (step.kind !== 'moved') return step.kind
    gathering = step.to
    if (gathering.complete) break
    if (clock() >= until) return 'under_way'
    if (step.pointsAvailable !== null && step.pointsAvailable < POINTS_LEFT_TO_OTHERS) return 'throttled'
  }
  return 'complete'
}

/** One page further, or one look at the operation that writes the list. */
async function gatherOn(gatherer: Gatherer, gathering: Gathering): Promise<GatheredStep> {
  const part = gatheringParts(gathering.asked)[gathering.part]
  switch (part?.kind) {
    case undefined:
      return moveOn(gatherer, gathering, nextPart(gathering))
    case 'gone':
      return lookForGone(gatherer, gathering)
    case 'members':
      return readMembers(gatherer, gathering, part.segment)
    case 'contacts':
    case 'roles':
      return readPlaces(gatherer, gathering, part.kind)
    default:
      return part satisfies never
  }
}

async function lookForGone(gatherer: Gatherer, gathering: Gathering): Promise<GatheredStep> {
  const answer = await askSegmentsGone(gatherer.shop, gathering.asked.segments)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  return moveOn(gatherer, gathering, nextPart(gathering), { pointsAvailable: answer.pointsAvailable })
}

async function readMembers(gatherer: Gatherer, gathering: Gathering, segment: string): Promise<GatheredStep> {
  const answer = await readSegmentMembers(gatherer.shop, segment, gathering.cursor)
  if (answer.kind !== 'answered') return { kind: answer.kind }
  const page = answer.data
  if (!page) return skipIfGone(gatherer, gathering, segment)
  const rows = page.members.map((customerId) => ({ customerId, segment }))
  const to = page.next === null ? nextPart(gathering) : { ...gathering, cursor: page.next }
  return moveOn(gatherer, gathering, to, { rows, pointsAvailable: answer.pointsAvailable })
}

/** Nobody is in a segment that is gone. That Shopify does not show one does not say that it is. */
async function skipIfGone(gatherer: Gatherer, gathering: Gathering, segment: string): Promise<GatheredStep> {
  const answer = await askSegmentsGone(gatherer.shop, [segment])
  if (answer.kind !== 'answered') return { kind: answer.kind }
  if (answer.data.length === 0) return { kind: 'unavailable' }
  return moveOn(gatherer, gathering, nextPart(gathering), { pointsAvailable: answer.pointsAvailable })
}

/** Nobody is a contact where nothing is sold to companies, and there the question would be refused. */
async function readPlaces(
  gatherer: Gatherer,
  gathering: Gathering,
  which: Extract<GatheringPart['kind'], 'contacts' | 'roles'>,
): Promise<GatheredStep> {
  const b2b = (await findShop(gatherer.shop))?.b2b ?? null
  if (b2b === null) return { kind: 'unavailable' } // learnt with the shop's facts, within the conductor's next turn
  if (!b2b) return moveOn(gatherer, gathering, nextPart(gathering))
  return gatherPlaces(gatherer, gathering, which)
}
