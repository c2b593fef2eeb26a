import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import { fieldNamesOf } from '#app/core/profile/field-names.ts'
import { type KnownLoyalty, movedBetween, timeProperties, timesOf, timesSent } from '#app/core/profile/loyalty-times.ts'
import type { ComputedField, ComputedFields } from '#app/core/profile/mapped-fields.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import type { Sharing } from '#app/core/profile/sharing.ts'
import { transaction } from '#app/store/database.ts'
import { type CustomerLoyalty, findKnownLoyalty, saveIntendedLoyalty } from '#app/store/loyalty-values.ts'
import { lockProfiles } from '#app/store/shops.ts'
import { type OutgoingPush, rewritten } from '../deliver/outgoing-push.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Adds the times of loyalty changes to pushes, if the mapping sends any. Times that are new are stored before anything is sent, so that
 * whoever sends the same values again, now or after a lost answer, sends the same times.
 */
export async function withTimes<Item extends { readonly sent: OutgoingPush | null }>(
  { shop, policy }: ShopTurn,
  items: readonly Item[],
  readAt: Date,
): Promise<readonly Item[]> {
  const { mapping, sharing } = policy.mapping
  const fields = timesSent(mapping)
  if (fields.length === 0) return items
  const pushes = items.flatMap(({ sent }) => sent ?? [])
  if (pushes.length === 0) return items
  const times = await intendTimes(shop, pushes, { sent: fields, readAt })
  return items.map((item) =>
    item.sent
      ? { ...item, sent: withTimesOf(item.sent, times.get(item.sent.customerId)!, { ...mapping, sharing }) }
      : item,
  )
}

async function intendTimes(
  shop: ShopDomain,
  pushes: readonly OutgoingPush[],
  how: { sent: readonly ComputedField[]; readAt: Date },
): Promise<Map<CustomerId, CustomerLoyalty>> {
  return transaction(async (on) => {
    await lockProfiles(shop, on)
    const known = await findKnownLoyalty(
      shop,
      pushes.map(({ customerId }) => customerId),
      on,
    )
    const rows = pushes.map(({ customerId, loyalty }): CustomerLoyalty => {
      const values = loyalty?.values ?? {}
      return { customerId, values, times: timesOf(values, known.get(customerId), how) }
    })
    const news = rows.filter((row) => isToBeStored(row, known.get(row.customerId)))
    await saveIntendedLoyalty(shop, news, on)
    return new Map(rows.map((row) => [row.customerId, row]))
  })
}

/** Whether these values were neither delivered nor sent before. */
function isToBeStored({ values }: CustomerLoyalty, known: KnownLoyalty | undefined): boolean {
  if (!known) return false
  const isAsBefore = (before: KnownLoyalty['sent']) =>
    before !== null && movedBetween(before.values, values).length === 0
  return !isAsBefore(known.sent) && !isAsBefore(known.delivered)
}

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
