import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { findWithheld, releaseWithheld, saveWithheld, scheduleWithheldCheck } from '#app/store/shopify-troubles.ts'
import { findShop } from '#app/store/shops.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import { shopifyRefuses, withheldReleased } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/** Access to protected data is granted by staff at Shopify, within days. */
const CHECK_EVERY_MS = 15 * 60_000

/** Records, in the transaction of a batch, that customers are held because Shopify withholds fields of them. */
export async function recordWithheld(
  shop: ShopDomain,
  settled: readonly SettledCustomer[],
  now: Date,
  on: Sql,
): Promise<void> {
  const held = settled.find(
    ({ delivery: { decision } }) => decision.kind === 'issue' && decision.code === 'fields_withheld',
  )
  if (!held) return
  const words = held.delivery.read.unreadable?.words ?? null
  const isNew = await saveWithheld(shop, { words, checkAt: after(now, CHECK_EVERY_MS), now }, on)
  if (isNew) shopifyRefuses({ shop, why: 'fields_withheld', words })
}

/**
 * Reads one of the customers that are held because Shopify withholds fields, if a check is due. Once that one can be read completely, all of
 * them are marked. Returns whether it checked.
 */
export async function checkWithheld({ shop, policy, clock }: ShopTurn): Promise<boolean> {
  const due = (await findShop(shop))?.withheldCheckAt
  if (!due || due > clock()) return false
  const customerId = await findWithheld(shop)
  const metafields = metafieldsRead(policy.mapping.mapping)
  const answer = customerId && (await readCustomers(shop, [customerId], metafields))
  const shown = answer?.kind === 'answered' ? answer.data[0] : undefined
  const isHeld =
    answer && (shown === undefined || (shown !== null && isUnreadable(shown) && shown.unreadable !== 'odd'))
  if (isHeld) await scheduleWithheldCheck(shop, after(clock(), CHECK_EVERY_MS))
  else withheldReleased({ shop, customers: await transaction((on) => releaseWithheld(shop, clock(), on)) })
  return true
}
