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

// No two customers share a profile. Only Klaviyo's answer says into which profile it wrote. A customer who was written into another
// customer's profile waits until that other customer has been sent again. Then either the profile has moved to its owner's address, and the
// next push finds another, or its owner has no address any more, and the waiting customer takes it over. app/decisions/026-one-profile-each.md

/**
 * Before the rows of a batch are written, in their transaction: finds the customers that were written into a profile which is another's.
 * Returns the batch with what becomes of them.
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
    } else if (owner.hasLeft) {
      claimed.set(klaviyoId!, ownerOf(one, klaviyoId!))
      result.push(await takenOver(shop, one, owner, now, on))
    } else {
      result.push(await contested(shop, one, owner, now, on))
    }
  }
  return result
}

/** The profile a customer was written into; null when none was. */
function claimOf({ outcome }: SettledCustomer): string | null {
  if (outcome.kind !== 'settled' || outcome.row?.state !== 'synced') return null
  return outcome.row.klaviyoId
}

function ownerOf({ delivery }: SettledCustomer, klaviyoId: string): ProfileOwner {
  const { read, push } = delivery
  return { customerId: read.customerId, klaviyoId, hasLeft: false, fields: push?.sent.mayCarry ?? [] }
}

/** The customer has the profile from here on; what its former customer was sent is cleared by one more push. */
async function takenOver(
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

/** The customer waits; the one whose profile it is is sent again, which moves the profile or gives it up, and puts right what was written. */
async function contested(
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
 * After the rows of a batch are written, in their transaction: customers waiting for a profile that was written or released are tried again
 * at once, the owner of a profile that another customer waits for is read again, and two customers who wait for each other's profile swap.
 */
export async function settleClaims(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  now: Date,
  on: Sql,
): Promise<void> {
  const moved = settled.flatMap(({ delivery: { known, push }, outcome }) => {
    if (outcome.kind !== 'settled' || !outcome.row) return []
    const { state, klaviyoId } = outcome.row
    if (state === 'synced') return push ? [klaviyoId, known?.klaviyoId].flatMap((id) => id ?? []) : []
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
  for (const ring of ringsOf(await listConflicts(shop, on))) await exchange(shop, ring, now, on)
}

/** Found in another's profile just now: tried again as often as any failure, not each time the other is written. */
function isContested({ outcome, delivery: { push } }: SettledCustomer): boolean {
  return outcome.kind === 'settled' && outcome.row?.code === 'identity_conflict' && push?.outcome.kind === 'accepted'
}

/** Those who wait for each other in a ring: each wants the address that the next one's profile still has. */
function ringsOf(conflicts: readonly WaitingForProfile[]): WaitingForProfile[][] {
  const byProfile = new Map(conflicts.flatMap((one) => (one.klaviyoId === null ? [] : [[one.klaviyoId, one] as const])))
  const seen = new Set<CustomerId>()
  const rings: WaitingForProfile[][] = []
  for (const first of conflicts) {
    const path: WaitingForProfile[] = []
    let next: WaitingForProfile | undefined = first
    while (next && !seen.has(next.customerId)) {
      seen.add(next.customerId)
      path.push(next)
      next = byProfile.get(next.conflictsWith)
    }
    const start = next ? path.indexOf(next) : -1
    if (start >= 0) rings.push(path.slice(start))
  }
  return rings
}

/** The address decides who a customer is: each takes the profile that has theirs, and all are sent again. */
async function exchange(shop: ShopDomain, ring: readonly WaitingForProfile[], now: Date, on: Sql): Promise<void> {
  const ids = ring.map(({ customerId }) => customerId)
  const owners = await findOwners(
    shop,
    ring.flatMap(({ klaviyoId }) => klaviyoId ?? []),
    on,
  )
  const fields = [...owners.values()].flatMap((owner) => owner.fields)
  await forgetIds(shop, ids, on)
  for (const { customerId, conflictsWith } of ring)
    await resendWith(shop, { customerId, fields, klaviyoId: conflictsWith }, on)
  await markAgain(shop, ids, now, on)
  profileContested(shop, { how: 'exchanged' })
}
