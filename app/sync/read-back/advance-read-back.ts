import { pauseMs } from '#app/core/flow/hourly-check.ts'
import { after } from '#app/core/flow/instants.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { LOOKS_A_PROFILE, READ_AT_A_TIME, type ReadBackWait } from '#app/core/flow/read-back.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { findKnownProfiles, type StoredProfile } from '#app/store/profiles.ts'
import { addDifferingFields } from '#app/store/read-back-fields.ts'
import {
  deferReadBack,
  endReadBack,
  findOpenReadBack,
  holdReadBack,
  listNextToReadBack,
  moveReadBack,
  type ReadBack,
  type ReadBackPlace,
} from '#app/store/read-backs.ts'
import { holdAccount } from '#app/store/shops.ts'
import { findErased } from '#app/store/tombstones.ts'
import { readBackEnded } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { type ComparedProfiles, compareProfiles } from './compare-profiles.ts'
import { readFromKlaviyo } from './read-from-klaviyo.ts'
import { countsOf, type Differences, differencesIn, repairDifferences, withoutCustomers } from './repair-differences.ts'

const KLAVIYO_AWAY_MS = 60_000
const SHOPIFY_AWAY_MS = 60_000

/**
 * Reads the next profiles of the open read-back from Klaviyo and compares them with what was sent. What differs is sent again, as far as
 * it may be. All that follows is saved at once, with the place: a process that dies repeats one step, in which nothing was counted. Returns whether there was anything to do.
 */
export async function advanceReadBack(turn: ShopTurn): Promise<boolean> {
  const { shop, clock } = turn
  const readBack = await findOpenReadBack(shop)
  const now = clock()
  if (!readBack || readBack.notBefore > now) return false
  const { customerIds, next } = await listNextToReadBack(shop, readBack, sizeOf(readBack))
  const known = await findKnownProfiles(shop, customerIds, autocommit)
  const stored = customerIds.flatMap((customerId) => {
    const row = known.get(customerId)
    return row ? { customerId, stored: row } : []
  })
  const read = await readFromKlaviyo(turn, stored)
  if (read.kind !== 'read') return wait(turn, readBack, 'klaviyo', waitFor(read))
  const compared = await compareProfiles(turn, read.profiles, now)
  if (compared.kind !== 'compared') {
    const waitMs = compared.kind === 'throttled' ? compared.retryAfterMs : SHOPIFY_AWAY_MS
    return wait(turn, readBack, 'shopify', waitMs)
  }
  const differences = await differencesIn(shop, readBack.id, compared.verdicts)
  const hasEnded = await saveStep(turn, readBack, { compared, differences, known, next, now })
  if (hasEnded) readBackEnded({ shop, readBack: readBack.id, end: 'finished' })
  return true
}

interface Step {
  readonly compared: Extract<ComparedProfiles, { kind: 'compared' }>
  readonly differences: Differences
  readonly known: ReadonlyMap<CustomerId, StoredProfile>
  readonly next: ReadBackPlace | null
  readonly now: Date
}

/**
 * Saves what was compared, marks what is to be repaired, and moves the read-back on, in one transaction. Does nothing if the shop was connected to another account, or the
 * read-back was stopped or moved on by another process meanwhile. Returns whether it has finished.
 */
async function saveStep(
  turn: ShopTurn,
  readBack: ReadBack,
  { compared: { verdicts, pointsAvailable }, differences, known, next, now }: Step,
): Promise<boolean> {
  const { shop, credential, clock } = turn
  const { id } = readBack
  const pause = pointsAvailable === null ? 0 : pauseMs(pointsAvailable)
  return transaction(async (on) => {
    if (!(await holdAccount(shop, credential.accountId, on)) || !(await holdReadBack(shop, readBack, on))) return false
    // An erasure waits for holdAccount: one that came before it has already taken the customer out of the examples.
    const erased = await findErased(shop, [...verdicts.keys()], on)
    const repair = await repairDifferences(shop, { differences: withoutCustomers(differences, erased), known, now }, on)
    await addDifferingFields(shop, id, repair.fields, on)
    const counts = { ...countsOf(verdicts), repaired: repair.repaired.size }
    const goesOn = { notBefore: after(now, pause), waitsFor: pause > 0 ? ('shopify' as const) : null }
    await moveReadBack(shop, id, { ...counts, ...goesOn, place: next ?? readBack.place }, on)
    return isDone(readBack, counts, next) && endReadBack(shop, { end: 'finished', now: clock() }, on)
  })
}

type Compared = Pick<ReadBack['counts'], 'asSent' | 'differing' | 'missing' | 'skipped'>

const comparedIn = ({ asSent, differing, missing }: Compared) => asSent + differing + missing

/** How many profiles are read next: of a sample, no more than are still to be compared. */
function sizeOf({ scope, expected, counts }: ReadBack): number {
  if (scope === 'all') return READ_AT_A_TIME
  return Math.max(1, Math.min(READ_AT_A_TIME, expected - comparedIn(counts)))
}

function isDone({ scope, expected, counts }: ReadBack, step: Compared, next: ReadBackPlace | null): boolean {
  if (next === null) return true
  const compared = comparedIn(counts) + comparedIn(step)
  const looks = compared + counts.skipped + step.skipped
  return scope === 'sample' && (compared >= expected || looks >= expected * LOOKS_A_PROFILE)
}

function waitFor(stop: Interruption): number {
  return stop.kind === 'throttled' ? stop.retryAfterMs : KLAVIYO_AWAY_MS
}

async function wait({ shop, clock }: ShopTurn, { id }: ReadBack, waitsFor: ReadBackWait, ms: number): Promise<boolean> {
  await deferReadBack(shop, id, { notBefore: after(clock(), ms), waitsFor })
  return false
}
