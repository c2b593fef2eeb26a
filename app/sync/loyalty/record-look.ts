import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import {
  absentFrom,
  type HeldSource,
  heldAfter,
  heldIn,
  type Remains,
  withAllHeld,
  withHeld,
} from '#app/core/loyalty/held-sources.ts'
import { seenAfter } from '#app/core/loyalty/seen-apps.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { type Mapping, mappingsEquivalent } from '#app/core/profile/mapped-fields.ts'
import { keyOfSource, type MappedValue, metafieldName } from '#app/core/profile/mapped-values.ts'
import { type Sharing, sentName } from '#app/core/profile/sharing.ts'
import type { SeenField } from '#app/core/report/loyalty-look.ts'
import type { MappingInForce } from '#app/core/settings/mapping.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { transaction } from '#app/store/database.ts'
import { requestComparison } from '#app/store/integration.ts'
import { listDeliveredWith, saveLook, scheduleHeldCheck } from '#app/store/loyalty-looks.ts'
import { findShop, lockShop } from '#app/store/shops.ts'
import type { SyncRun } from '#app/store/sync-runs.ts'
import { loyaltyAppSeen, sourcesHeld } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { lookWith } from './look-for-loyalty.ts'

/** How long a held source waits until it is looked at again. */
const LOOK_EVERY_MS = 60 * 60_000
/** Of so many customers whose profile has a value, one must still have it in Shopify. */
const MOST_REMAINS = 20

/** Values may disappear for very many customers: one look is made for all of them. */
const LOOKED_JUST_NOW_MS = 60_000

type LookTurn = Pick<ShopTurn, 'shop' | 'clock'>
type BeforeClearing = Pick<ShopTurn, 'shop' | 'policy' | 'clock'>

/**
 * Looks which loyalty apps the shop uses and whether what is mapped can still be read, and records both. Sources that cannot be read are
 * held from now on. Once one can be read again, all customers are compared: what changed meanwhile was kept as it was. Returns whether
 * Shopify answered; otherwise nothing is recorded.
 */
async function recordLook({ shop, clock }: LookTurn): Promise<boolean> {
  const lookedAt = clock()
  const known = await findShop(shop)
  if (!known) return false
  const { mapping } = known.mapping
  const { look } = await lookWith(shop, mapping)
  const remains = look.kind === 'looked' ? await remainsOf(shop, look.fields, known.mapping) : null
  if (look.kind !== 'looked' || remains === null) return false
  const recorded = await transaction(async (on) => {
    const locked = await lockShop(shop, on)
    // The next look is for a mapping that was saved meanwhile.
    if (locked?.settingsVersion !== known.settingsVersion) return null
    const before = heldIn(mapping, locked.heldSources)
    const held = heldAfter(before, mapping, { fields: look.fields, remains, now: lookedAt })
    const seen = seenAfter(locked.loyaltyAppsSeen, look.apps, lookedAt)
    const heldCheckAt = held.length > 0 ? after(clock(), LOOK_EVERY_MS) : null
    await saveLook(shop, { seen, held, lookedAt, heldCheckAt }, on)
    const first = look.apps.filter(
      ({ id, isMapped }) => !isMapped && !locked.loyaltyAppsSeen.some((one) => one.id === id),
    )
    const isIn = (list: typeof held) => (one: (typeof held)[number]) => list.some(({ source }) => source === one.source)
    const released = before.filter((one) => !isIn(held)(one)).length
    if (released > 0) await requestComparison(shop, clock(), on)
    return { first, held: held.filter((one) => !isIn(before)(one)).length, released }
  })
  if (!recorded) return false
  const { first, held, released } = recorded
  for (const { id } of first) loyaltyAppSeen(shop, id)
  if (held > 0 || released > 0) sourcesHeld({ shop, held, released })
  return true
}

/** Returns what is left of the mapped metafields that the sample lacks; null if Shopify did not answer. */
async function remainsOf(
  shop: ShopDomain,
  fields: readonly SeenField[],
  { mapping, sharing }: MappingInForce,
): Promise<Map<string, Remains> | null> {
  const remains = new Map<string, Remains>()
  for (const [name, rows] of absentFrom(fields, mapping)) {
    const left = await remainsOfOne(shop, rows, sharing)
    if (!left) return null
    remains.set(name, left)
  }
  return remains
}

/** `rows` are of one metafield. */
async function remainsOfOne(shop: ShopDomain, rows: readonly MappedValue[], sharing: Sharing): Promise<Remains | null> {
  const sent = rows.map(({ name }) => `properties.${sentName(sharing, name)}` as const)
  const key = rows[0] && keyOfSource(rows[0].source)
  const customerIds = await listDeliveredWith(shop, sent, { upTo: MOST_REMAINS })
  if (!key || customerIds.length === 0) return { looked: 0, having: 0 }
  const answer = await readCustomers(shop, customerIds, [key])
  if (answer.kind !== 'answered') return null
  const read = answer.data.flatMap((customer) => (customer && !isUnreadable(customer) ? customer : []))
  return {
    looked: read.length,
    having: read.filter(({ metafields }) => Object.hasOwn(metafields, metafieldName(key))).length,
  }
}

/**
 * Looks whether what a mapping reads can be read, and records nothing. Returns the sources that would be held; null if Shopify does not
 * answer.
 */
export async function heldByLook(
  { shop, clock }: LookTurn,
  inForce: MappingInForce,
  before: readonly HeldSource[],
): Promise<readonly HeldSource[] | null> {
  const { mapping } = inForce
  const now = clock()
  const { look } = await lookWith(shop, mapping)
  const remains = look.kind === 'looked' ? await remainsOf(shop, look.fields, inForce) : null
  if (look.kind !== 'looked' || remains === null) return null
  return heldAfter(heldIn(mapping, before), mapping, { fields: look.fields, remains, now })
}

/** Looks before a run over all customers begins to read. A look that Shopify does not answer is made up for before something is cleared. */
export async function lookBeforeRun(turn: LookTurn, { search, requestedAt }: SyncRun): Promise<void> {
  if (search !== null) return
  const lookedAt = (await findShop(turn.shop))?.loyaltyLookedAt
  if (!lookedAt || lookedAt < requestedAt) await recordLook(turn)
}

/**
 * Looks before a mapped metafield that a customer no longer has is cleared, unless a look was made just now. Returns the mapping to deliver
 * with: what cannot be read is held. If Shopify does not answer, every metafield is held, and all customers are compared later. Null if
 * nothing else is held than before.
 */
export async function mappingBeforeClearing({ shop, policy, clock }: BeforeClearing): Promise<Mapping | null> {
  const { mapping } = policy.mapping
  const known = await findShop(shop)
  const isJustLooked = known?.loyaltyLookedAt && after(known.loyaltyLookedAt, LOOKED_JUST_NOW_MS) > clock()
  // A look that was made just now may have found sources to hold that the turn, which read the mapping before, does not know of.
  if (isJustLooked || (await recordLook({ shop, clock }))) {
    const held = (isJustLooked ? known : await findShop(shop))?.heldSources ?? []
    const trusted = withHeld(mapping, held)
    return mappingsEquivalent(trusted, mapping) ? null : trusted
  }
  await requestComparison(shop, after(clock(), LOOK_EVERY_MS))
  return withAllHeld(mapping)
}

/** Looks again at held sources, if that is due. Returns whether it looked. */
export async function checkHeld(turn: LookTurn): Promise<boolean> {
  const { shop, clock } = turn
  const due = (await findShop(shop))?.heldCheckAt
  if (!due || due > clock()) return false
  if (!(await recordLook(turn))) await scheduleHeldCheck(shop, after(clock(), LOOK_EVERY_MS))
  return true
}
