import type { CustomerId, ShopDomain } from '#app/core/ids.ts'
import type { SyncNow } from '#app/core/report/sync-now.ts'
import { retryCodesOf, type UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { findConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { markAgain } from '#app/store/marks.ts'
import { distrustProfiles } from '#app/store/profiles.ts'
import { saveReasonRetries } from '#app/store/reason-retries.ts'
import { findShop } from '#app/store/shops.ts'
import { customersAsked } from '../events.ts'
import { wakeSoon } from './wake-soon.ts'

/**
 * Marks these customers, to be read and sent as soon as possible, even if nothing changed in Shopify. Not subject to the hourly limit of full
 * syncs: they are at most a page of customers.
 */
export async function syncNow(shop: ShopDomain, customerIds: readonly CustomerId[], now: Date): Promise<SyncNow> {
  await transaction(async (on) => {
    await distrustProfiles(shop, customerIds, on)
    await markAgain(shop, customerIds, now, on, 'sync_now')
  })
  return asked(shop, customerIds.length)
}

/** Has all customers of a list that is selected by reasons read and sent again. A worker marks them in batches (feed-retries.ts). */
export async function retryList(shop: ShopDomain, reason: UnsyncedReason, now: Date): Promise<SyncNow> {
  const codes = retryCodesOf(reason)
  if (codes === null) return { kind: 'nothing' }
  const customers = await saveReasonRetries(shop, codes, now, autocommit)
  return customers === 0 ? { kind: 'nothing' } : asked(shop, customers)
}

async function asked(shop: ShopDomain, customers: number): Promise<SyncNow> {
  customersAsked({ shop, customers })
  wakeSoon([shop])
  const [connection, known] = await Promise.all([findConnection(shop, autocommit), findShop(shop)])
  const isSending = connection !== null && !connection.refusedAt && known?.status === 'on'
  if (!isSending) return { kind: 'kept', customers }
  return { kind: known.startAt ? 'not_started' : 'asked', customers }
}
