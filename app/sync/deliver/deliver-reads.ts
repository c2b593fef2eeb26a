import type { Interruption } from '#app/core/flow/push-outcome.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { holdAccount } from '#app/store/shops.ts'
import type { RunCounts } from '#app/store/sync-runs.ts'
import { claimProfiles, settleClaims } from '../identity/claim-profiles.ts'
import { recordListChanges } from '../listing/record-list-changes.ts'
import { recordWithheld } from '../shopify/check-withheld.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import type { BatchSource, CustomerRead, UnchangedCustomer } from './decide-batch.ts'
import { deliverBatch } from './deliver-batch.ts'
import type { AcceptedJob } from './push-by-import.ts'
import { countsOf, type SettledCustomer, saveSettled, settledCustomers, withoutIdleRow } from './settle-batch.ts'

/** What came of a batch of reads. */
export interface DeliveredReads {
  readonly settled: readonly SettledCustomer[]
  /** The customers of a run that are not among the settled ones, because nothing follows from their reads. */
  readonly unchanged: readonly UnchangedCustomer[]
  /** The imports that Klaviyo took and has not carried out yet. */
  readonly jobs: readonly AcceptedJob[]
  readonly counts: RunCounts
  /** Why Klaviyo did not accept an import, if it did not; null when all were accepted. */
  readonly interruption: Interruption | null
  /** The number of profiles in the largest import that Klaviyo failed on while it answered other calls; null when there was none. */
  readonly suspectSize: number | null
  readonly now: Date
}

/** The rows of its own that a caller writes with a batch. */
export interface BatchRows {
  /** Whether a customer counts in the automatic syncing of the hour. */
  readonly isAutomatic: (customer: SettledCustomer) => boolean
  /**
   * Writes them, in the batch's transaction. `settled` is empty if the shop was connected to another account meanwhile: then the results
   * say nothing about that account's profiles, and are not recorded.
   */
  readonly save: (batch: DeliveredReads & { readonly accountHeld: boolean }, on: Sql) => Promise<void>
}

/** Decides what follows from reads, delivers it, and records the results in one transaction with the caller's rows. */
export async function deliverReads(
  turn: ShopTurn,
  reads: readonly CustomerRead[],
  from: BatchSource,
  { isAutomatic, save }: BatchRows,
): Promise<DeliveredReads> {
  const { shop, credential, clock } = turn
  const batch = await deliverBatch(turn, reads, from)
  const now = clock()
  const all = settledCustomers(batch, now)
  const settled = from.purpose.kind === 'live' ? all : all.map(withoutIdleRow)
  const { unchanged, jobs, interruption, suspectSize } = batch
  const counted = countsOf(settled)
  const counts = {
    ...counted,
    read: counted.read + unchanged.length,
    unchanged: counted.unchanged + unchanged.length,
  }
  const delivered = { unchanged, jobs, counts, interruption, suspectSize, now }
  await transaction(async (on) => {
    const accountHeld = await holdAccount(shop, credential.accountId, on)
    const claimed = accountHeld ? await claimProfiles(shop, settled, now, on) : []
    if (accountHeld) {
      const automatic = claimed.filter(isAutomatic)
      const isLive = from.purpose.kind === 'live'
      const ofRun = isLive ? [] : claimed
      await saveSettled(shop, claimed, { readAt: from.readAt, batch, automatic, ofRun, isLive, now }, on)
      await settleClaims(shop, claimed, now, on)
      await recordListChanges(turn, claimed, on)
      await recordWithheld(shop, claimed, now, on)
    }
    await save({ ...delivered, settled: claimed, accountHeld }, on)
  })
  return { ...delivered, settled }
}
