import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { fieldNamesOf } from '#app/core/profile/field-names.ts'
import { type KnownLoyalty, movedBetween, timeProperties, timesOf, timesSent } from '#app/core/profile/loyalty-times.ts'
import type { ComputedField, ComputedFields } from '#app/core/profile/mapped-fields.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { autocommit, type Sql, transaction } from '#app/store/database.ts'
import { type CustomerLoyalty, findKnownLoyalty, saveIntendedLoyalty } from '#app/store/loyalty-values.ts'
import { lockProfiles } from '#app/store/shops.ts'
import { type OutgoingPush, rewritten } from '../deliver/outgoing-push.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Adds the times of loyalty changes to pushes, if the mapping sends any. Times that are new are stored before anything is sent, so that
 * whoever sends the same values again, now or after a lost answer, sends the same times. A dry run stores none.
 */
export async function withTimes<Item extends { readonly sent: OutgoingPush | null }>(
  { shop, policy }: ShopTurn,
  items: readonly Item[],
  { readAt, dry }: { readAt: Date; dry: boolean },
): Promise<readonly Item[]> {
  const { mapping, sharing } = policy.mapping
  const fields = timesSent(mapping)
  if (fields.length === 0) return items
  const pushes = items.flatMap(({ sent }) => sent ?? [])
  if (pushes.length === 0) return items
  const how = { sent: fields, readAt }
  const times = dry ? await timesFor(shop, pushes, how, autocommit) : await intendTimes(shop, pushes, how)
  return items.map((item) =>
    item.sent
      ? { ...item, sent: withTimesOf(item.sent, times.get(item.sent.customerId)!, { ...mapping, sharing }) }
      : item,
  )
}

async function intendTimes(shop: ShopDomain, pushes: readonly OutgoingPush[], how: Timing): Promise<Times> {
  return transaction(async (on) => {
    await lockProfiles(shop, on)
    const times = await timesFor(shop, pushes, how, on)
    await saveIntendedLoyalty(
      shop,
      [...times.values()].filter(({ isNew }) => isNew),
      on,
    )
    return times
  })
}

/** The times to send with these pushes. Writes nothing. */
async function timesFor(shop: ShopDomain, pushes: readonly OutgoingPush[], how: Timing, on: Sql): Promise<Times> {
  const ids = pushes.map(({ customerId }) => customerId)
  const stored = await findKnownLoyalty(shop, ids, on)
  return new Map(
    pushes.map(({ customerId, loyalty }) => {
      const [values, known] = [loyalty?.values ?? {}, stored.get(customerId)]
      const row = { customerId, values, times: timesOf(values, known, how) }
      return [customerId, { ...row, isNew: isToBeStored(row, known) }]
    }),
  )
}

/** Whether these values were neither delivered nor sent before. */
function isToBeStored({ values }: CustomerLoyalty, known: KnownLoyalty | undefined): boolean {
  if (!known) return false
  const isAsBefore = (before: KnownLoyalty['sent']) =>
    before !== null && movedBetween(before.values, values).length === 0
  return !isAsBefore(known.sent) && !isAsBefore(known.delivered)
}

interface Timing {
  readonly sent: readonly ComputedField[]
  readonly readAt: Date
}

type Times = ReadonlyMap<CustomerId, CustomerLoyalty & { readonly isNew: boolean }>

interface Computing {
  readonly computed: ComputedFields
  readonly sharing: Sharing
}

function withTimesOf(push: OutgoingPush, { times }: CustomerLoyalty, { computed, sharing }: Computing): OutgoingPush {
  const timed = { ...push, loyalty: push.loyalty && { ...push.loyalty, times } }
  const added = timeProperties(times, computed, sharing)
  if (Object.keys(added).length === 0) return timed
  const profile = JSON.parse(push.canonical) as Profile
  const next = { ...profile, properties: { ...profile.properties, ...added } }
  const sent = rewritten(timed, next, fieldNamesOf(next))
  return { ...sent, mayCarry: [...new Set([...push.mayCarry, ...sent.fields])].sort() }
}
