import { gatheringParts } from '#app/core/flow/gathering.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { type GatheredRow, type Gathering, saveGathered } from '#app/store/standings.ts'

/** How far a call brought a gathering. */
export type Gathered = 'complete' | 'under_way' | AdminFailure['kind']

/** What a page, or a look at an operation, came to: how far the gathering is now, or why it is no further. */
export type GatheredStep =
  | { readonly kind: 'moved'; readonly to: Gathering; readonly pointsAvailable: number | null }
  | { readonly kind: Exclude<Gathered, 'complete'> }

/** What every part of a gathering needs. */
export interface Gatherer {
  readonly shop: ShopDomain
  readonly holder: string
  readonly clock: () => Date
}

/** The gathering at the beginning of its next list; complete after the last. */
export function nextPart(gathering: Gathering): Gathering {
  const part = gathering.part + 1
  const complete = part >= gatheringParts(gathering.asked).length
  return { ...gathering, part, cursor: null, operation: null, complete }
}

/** Saves how far it is, with what was read. When somebody else has moved it meanwhile, it is looked at again by the next call. */
export async function moveOn(
  { shop, holder, clock }: Gatherer,
  from: Gathering,
  to: Gathering,
  { rows = [], pointsAvailable = null }: { rows?: readonly GatheredRow[]; pointsAvailable?: number | null } = {},
): Promise<GatheredStep> {
  const moved = await saveGathered(shop, holder, { from, to, rows, now: clock() })
  return moved ? { kind: 'moved', to, pointsAvailable } : { kind: 'under_way' }
}
