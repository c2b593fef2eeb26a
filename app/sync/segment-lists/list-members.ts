import { after } from '#app/core/flow/instants.ts'
import { isInterruption } from '#app/core/flow/push-outcome.ts'
import { LOOK_AGAIN_MS, listStepsOf } from '#app/core/flow/segment-list.ts'
import type { CustomerId } from '#app/core/ids.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import {
  dropFormerMembers,
  type ListedProfile,
  listProfilesInSegment,
  listSegmentMembers,
  saveJoined,
  saveJoining,
  saveLeft,
} from '#app/store/segment-list-members.ts'
import {
  moveSegmentList,
  type SegmentList,
  type SegmentListStep,
  saveListOfSegment,
  saveLookedAt,
  stopSegmentList,
} from '#app/store/segment-lists.ts'
import { holdAccount } from '#app/store/shops.ts'
import { segmentListed, segmentListStopped, segmentLooked } from '../events.ts'
import { changeMembersOf, type ListStop, MOST_PROFILES } from '../listing/change-members.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { findOrMakeList } from './find-or-make-list.ts'

const KLAVIYO_AWAY_MS = 60_000

/**
 * Brings the next members of a kept segment onto its list in Klaviyo, and takes the profiles of former members off it: only those that it put there. It makes the list
 * first if there is none. Returns whether the look went on.
 */
export async function listMembers(turn: ShopTurn, kept: SegmentList): Promise<boolean> {
  const { shop } = turn
  const { segment, walk, cursor } = kept
  const isReady = cursor !== null && kept.listId !== null
  const found = isReady ? null : await findOrMakeList(turn, kept)
  if (found && found.kind !== 'found') return applyStop(turn, kept, found)
  if (found) await record(turn, (on) => saveListOfSegment(shop, segment, found.list, on))
  const list = found?.list.id ?? kept.listId!
  const members = await listSegmentMembers(shop, { segment, walk, after: cursor }, MOST_PROFILES)
  const steps = members.map((member) => ({ customerId: member.customerId, ...listStepsOf(member) }))
  const leaves = steps.flatMap(({ customerId, leave }) => (leave ? { customerId, klaviyoId: leave } : []))
  const joins = steps.flatMap(({ customerId, join }) => (join ? { customerId, klaviyoId: join } : []))
  const stopped = (await takeOff(turn, kept, { list, leaves })) ?? (await putOn(turn, kept, { list, joins }))
  if (stopped) return applyStop(turn, kept, stopped)
  if (leaves.length > 0 || joins.length > 0) segmentListed({ shop, joined: joins.length, left: leaves.length })
  return moveOn(
    turn,
    kept,
    members.map(({ customerId }) => customerId),
  )
}

type Profiles = readonly ListedProfile[]

/** A profile that belongs to another member by now, since two customers were merged, stays on the list. */
async function takeOff(turn: ShopTurn, kept: SegmentList, { list, leaves }: { list: string; leaves: Profiles }) {
  if (leaves.length === 0) return null
  const { shop } = turn
  const stays = await listProfilesInSegment(
    shop,
    kept,
    leaves.map(({ klaviyoId }) => klaviyoId),
  )
  const changes = leaves.filter(({ klaviyoId }) => !stays.has(klaviyoId))
  const { settled, stop } = changes.length > 0 ? await changeMembersOf(turn, { list, kind: 'leave', changes }) : nothing
  const left = [...settled, ...leaves.filter(({ klaviyoId }) => stays.has(klaviyoId))]
  await record(turn, (on) =>
    saveLeft(
      shop,
      kept.segment,
      left.map(({ customerId }) => customerId),
      on,
    ),
  )
  return stop
}

const nothing = { settled: [], stop: null }

/** That a profile joins is saved before it is asked for, so that it can be taken off even if the answer is lost. */
async function putOn(turn: ShopTurn, kept: SegmentList, { list, joins }: { list: string; joins: Profiles }) {
  if (joins.length === 0) return null
  const { shop } = turn
  if (!(await record(turn, (on) => saveJoining(shop, kept.segment, joins, on)))) return null
  const { settled, stop } = await changeMembersOf(turn, { list, kind: 'join', changes: joins })
  await record(turn, (on) => saveJoined(shop, kept.segment, settled, on))
  return stop
}

/** Writes while the shop's rows are about the account that was asked. Returns false if they no longer are. */
function record({ shop, credential }: ShopTurn, write: (on: Sql) => Promise<void>): Promise<boolean> {
  return transaction(async (on) => {
    if (!(await holdAccount(shop, credential.accountId, on))) return false
    await write(on)
    return true
  })
}

async function moveOn({ shop, clock }: ShopTurn, kept: SegmentList, customerIds: readonly CustomerId[]) {
  const { segment, walk } = kept
  const now = clock()
  const isLast = customerIds.length < MOST_PROFILES
  const next = isLast
    ? ({ phase: 'resting', cursor: null, notBefore: after(now, LOOK_AGAIN_MS) } as const)
    : ({ phase: 'listing', cursor: customerIds.at(-1)!, notBefore: now } as const)
  const moved = await transaction(async (on) => {
    if (!(await moveSegmentList(shop, kept, { ...next, walk, attempt: 0 }, on))) return false
    await dropFormerMembers(shop, kept, customerIds, on)
    if (isLast) await saveLookedAt(shop, segment, now, on)
    return true
  })
  if (moved && isLast) segmentLooked({ shop, segment })
  return moved
}

/** A list that was deleted ends it; without the right to change lists it is tried at the next look; otherwise the step is repeated. */
async function applyStop({ shop, clock }: ShopTurn, kept: SegmentList, stop: ListStop): Promise<boolean> {
  const { segment, walk, phase, cursor, attempt, problem } = kept
  const now = clock()
  if (stop.kind === 'gone') {
    await stopSegmentList(shop, segment, { problem: 'list_gone', now }, autocommit)
  } else {
    const step: SegmentListStep =
      stop.kind === 'forbidden'
        ? { phase: 'resting', walk, cursor: null, attempt, notBefore: after(now, LOOK_AGAIN_MS), problem: 'forbidden' }
        : { phase, walk, cursor, attempt, notBefore: after(now, waitOf(stop)), problem }
    await moveSegmentList(shop, kept, step, autocommit)
  }
  if (!isInterruption(stop)) segmentListStopped({ shop, segment, why: stop.kind })
  return false
}

function waitOf(stop: ListStop): number {
  return stop.kind === 'throttled' ? stop.retryAfterMs : KLAVIYO_AWAY_MS
}
