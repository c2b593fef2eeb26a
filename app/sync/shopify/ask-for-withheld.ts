import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { isUnreadable } from '#app/core/profile/customer.ts'
import { metafieldsRead } from '#app/core/profile/mapped-fields.ts'
import { readCustomers } from '#app/shopify/read-customers.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { findWithheld, planWithheldCheck, releaseWithheld, saveWithheld } from '#app/store/shopify-troubles.ts'
import { findShop } from '#app/store/shops.ts'
import type { Conducting } from '../deliver/conducting.ts'
import type { SettledCustomer } from '../deliver/settle-batch.ts'
import { shopifyRefuses, withheldReleased } from '../events.ts'

/** Access to protected data is given by people at Shopify, within days. */
const LOOKED_AT_EVERY_MS = 15 * 60_000

/** Notes that customers of a batch were held because Shopify withholds fields of theirs, in the batch's own transaction. */
export async function noteWithheld(
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
  const isNew = await saveWithheld(shop, { words, checkAt: after(now, LOOKED_AT_EVERY_MS), now }, on)
  if (isNew) shopifyRefuses({ shop, why: 'fields_withheld', words })
}

/**
 * Reads one of the customers who were held because Shopify withholds fields, when it is time to. Once that one can be read whole, all
 * of them are marked. Yields whether it asked.
 */
export async function askForWithheld({ shop, connection, clock }: Conducting): Promise<boolean> {
  const due = (await findShop(shop))?.withheldCheckAt
  if (!due || due > clock()) return false
  const customerId = await findWithheld(shop)
  const metafields = metafieldsRead(connection.mapping.mapping)
  const answer = customerId && (await readCustomers(shop, [customerId], metafields))
  const shown = answer?.kind === 'answered' ? answer.data[0] : undefined
  const isHeld =
    answer && (shown === undefined || (shown !== null && isUnreadable(shown) && shown.unreadable !== 'odd'))
  if (isHeld) await planWithheldCheck(shop, after(clock(), LOOKED_AT_EVERY_MS))
  else withheldReleased({ shop, customers: await transaction((on) => releaseWithheld(shop, clock(), on)) })
  return true
}
