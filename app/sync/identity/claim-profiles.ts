import { staleSettlementOf } from '#app/core/flow/settlement.ts'
import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { Sql } from '#app/store/database.ts'
import { markAgain } from '#app/store/marks.ts'
import {
  findOwners,
  forgetIds,
  listConflicts,
  type ProfileOwner,
  releaseProfiles,
  resendWith,
  type WaitingForProfile,
  wakeWaiting,
} from '#app/store/profile-owners.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import { profileContested } from '../events.ts'

// No two customers share a profile. Only Klaviyo's answer says into which profile it wrote. A customer that was written into another
// customer's profile waits until that other customer has been sent again. Then either the profile has its owner's new address, and the next
// push of the waiting customer finds another profile, or the owner has no address any more, and the waiting customer takes the profile over.
// app/decisions/026-one-profile-each.md

/**
 * Finds the customers of a batch that were written into another customer's profile. Returns the batch with the changed outcomes of these
 * customers. To be called before the rows are written, in their transaction.
 */
export async function claimProfiles(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  now: Date,
  on: Sql,
): Promise<SettledCustomer[]> {
  const owners = await findOwners(
    shop,
    settled.flatMap((one) => claimOf(one) ?? []),
    on,
  )
  const claimed = new Map<string, ProfileOwner>(owners)
  const result: SettledCustomer[] = []
  for (const one of settled) {
    const klaviyoId = claimOf(one)
    const { customerId } = one.delivery.read
    const owner = klaviyoId === null ? undefined : claimed.get(klaviyoId)
    if (klaviyoId !== null) claimed.set(klaviyoId, owner ?? ownerOf(one, klaviyoId))
    if (!owner || owner.customerId === customerId) {
      result.push(one)
    } else if (owner.canBeTakenOver) {
      claimed.set(klaviyoId!, ownerOf(one, klaviyoId!))
      result.push(await takeOver(shop, one, owner, now, on))
    } else {
      result.push(await waitForOwner(shop, one, owner, now, on))
    }
  }
  return result
}

/** The Klaviyo id of the profile that a customer was written into; null when it was written into none. */
function claimOf({ outcome }: SettledCustomer): string | null {
  if (outcome.kind !== 'settled' || outcome.row?.state !== 'synced') return null
  return outcome.row.klaviyoId
}

function ownerOf({ delivery }: SettledCustomer, klaviyoId: string): ProfileOwner {
  const { read, push } = delivery
  return { customerId: read.customerId, klaviyoId, canBeTakenOver: false, fields: push?.sent.mayCarry ?? [] }
}

/** Gives the profile to the customer. Fields that were sent for its former owner are cleared by one more push. */
async function takeOver(
  shop: ShopDomain,
  one: SettledCustomer,
  owner: ProfileOwner,
  now: Date,
  on: Sql,
): Promise<SettledCustomer> {
  await releaseProfiles(shop, [owner.customerId], on)
  profileContested(shop, { how: 'taken_over' })
  const { outcome, delivery } = one
  if (outcome.kind !== 'settled' || !outcome.row) return one
  const fields = [...new Set([...(outcome.row.fields ?? []), ...owner.fields])].sort()
  const carriesOther = owner.fields.some((field) => !delivery.push?.sent.fields.includes(field))
  const row = { ...outcome.row, fields, ...(carriesOther && { hash: null }) }
  const followUp = outcome.followUp ?? (carriesOther ? { attempt: 0, notBefore: now } : null)
  return { delivery, outcome: { ...outcome, row, followUp } }
}

/** Makes the customer wait. The profile's owner is sent again, which corrects the profile and may change its address or release it. */
async function waitForOwner(
  shop: ShopDomain,
  one: SettledCustomer,
  owner: ProfileOwner,
  now: Date,
  on: Sql,
): Promise<SettledCustomer> {
  const { delivery, outcome } = one
  const { read, push, known } = delivery
  const again = staleSettlementOf(read, now)
  profileContested(shop, { how: again.kind === 'retry' ? 'waits' : 'conflict' })
  await resendWith(shop, { customerId: owner.customerId, fields: [...owner.fields, ...(push?.sent.fields ?? [])] }, on)
  if (known?.klaviyoId != null && known.klaviyoId !== owner.klaviyoId) await forgetIds(shop, [read.customerId], on)
  await markAgain(shop, [owner.customerId], now, on)
  const row = outcome.kind === 'settled' ? outcome.row : null
  const waiting = {
    ...row!,
    state: 'issue',
    code: 'identity_conflict',
    conflictsWith: owner.klaviyoId,
    klaviyoId: null,
    hash: null,
    fields: null,
    syncedAt: null,
    omitted: null,
  } as const
  return {
    delivery,
    outcome: {
      kind: 'settled',
      row: waiting,
      counted: 'issues',
      followUp: again.kind === 'retry' ? { attempt: read.attempt, notBefore: again.notBefore } : null,
    },
  }
}

/**
 * Tries customers again that wait for a profile that this batch has written or released, marks the owners of profiles that customers of this
 * batch wait for, and swaps profiles between customers that wait for each other's. To be called after the rows of a batch are written, in
 * their transaction.
 */
export async function settleClaims(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  now: Date,
  on: Sql,
): Promise<void> {
  const moved = settled.flatMap(({ delivery: { known, push }, outcome }) => {
    if (outcome.kind !== 'settled' || !outcome.row) return []
    const { state, code, klaviyoId } = outcome.row
    if (state === 'synced') return push ? [klaviyoId, known?.klaviyoId].flatMap((id) => id ?? []) : []
    // Read again and found as before: whoever waits for its profile would only be refused again, and have it read again.
    if (known?.state === state && known.row.code === code) return []
    return state === 'gone' || state === 'excluded' || outcome.row.code === 'invalid_email'
      ? (known?.klaviyoId ?? [])
      : []
  })
  const except = settled.filter(isContested).map(({ delivery }) => delivery.read.customerId)
  await wakeWaiting(shop, { klaviyoIds: [...new Set(moved)], except, now }, on)
  const inTheWay = settled.flatMap(({ outcome }) => (outcome.kind === 'settled' && outcome.row?.conflictsWith) || [])
  if (inTheWay.length === 0) return
  const owners = await findOwners(shop, [...new Set(inTheWay)], on)
  const own = new Set(settled.map(({ delivery }) => delivery.read.customerId))
  await markAgain(
    shop,
    [...owners.values()].map(({ customerId }) => customerId).filter((id) => !own.has(id)),
    now,
    on,
  )
  for (const cycle of cyclesOf(await listConflicts(shop, on))) await swapProfiles(shop, cycle, now, on)
}

/** Whether this batch wrote the customer into another's profile. It is tried again with backoff, not each time the owner is written. */
function isContested({ outcome, delivery: { push } }: SettledCustomer): boolean {
  return outcome.kind === 'settled' && outcome.row?.code === 'identity_conflict' && push?.outcome.kind === 'accepted'
}

/** Cycles of customers that wait for each other: each needs the address that the next one's profile still has. */
function cyclesOf(conflicts: readonly WaitingForProfile[]): WaitingForProfile[][] {
  const byProfile = new Map(conflicts.flatMap((one) => (one.klaviyoId === null ? [] : [[one.klaviyoId, one] as const])))
  const seen = new Set<CustomerId>()
  const cycles: WaitingForProfile[][] = []
  for (const first of conflicts) {
    const path: WaitingForProfile[] = []
    let next: WaitingForProfile | undefined = first
    while (next && !seen.has(next.customerId)) {
      seen.add(next.customerId)
      path.push(next)
      next = byProfile.get(next.conflictsWith)
    }
    const start = next ? path.indexOf(next) : -1
    if (start >= 0) cycles.push(path.slice(start))
  }
  return cycles
}

/** The email address identifies a customer: each gets the profile that has its address, and all are sent again. */
async function swapProfiles(shop: ShopDomain, cycle: readonly WaitingForProfile[], now: Date, on: Sql): Promise<void> {
  const ids = cycle.map(({ customerId }) => customerId)
  const owners = await findOwners(
    shop,
    cycle.flatMap(({ klaviyoId }) => klaviyoId ?? []),
    on,
  )
  const fields = [...owners.values()].flatMap((owner) => owner.fields)
  await forgetIds(shop, ids, on)
  for (const { customerId, conflictsWith } of cycle)
    await resendWith(shop, { customerId, fields, klaviyoId: conflictsWith }, on)
  await markAgain(shop, ids, now, on)
  profileContested(shop, { how: 'exchanged' })
}
