import { retryOfChunk } from '#app/core/flow/chunk-retry.ts'
import type { SyncPurpose } from '#app/core/flow/decision.ts'
import { countForecasts, forecastOf, withExamples } from '#app/core/flow/dry-run.ts'
import { newProfilesFor } from '#app/core/flow/new-profiles.ts'
import { storedMeanings } from '#app/core/profile/loyalty.ts'
import { transaction } from '#app/store/database.ts'
import { type DryRun, deferDryRun, saveCounted } from '#app/store/dry-runs.ts'
import { findHeldCustomers } from '#app/store/outbox.ts'
import { choicesOf } from '#app/store/settings.ts'
import { findShop, holdAccount } from '#app/store/shops.ts'
import { findErased } from '#app/store/tombstones.ts'
import { toReads } from '../backfill/chunk-reads.ts'
import type { RunChunk } from '../backfill/run-chunk.ts'
import { planBatch } from '../deliver/plan-batch.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'

/**
 * Counts what would become of the customers of a chunk, by the decisions of a real run. Klaviyo is asked which profiles exist, within its
 * allowance; while it does not answer, the chunk is repeated later. Returns whether the chunk was counted.
 */
export async function countChunk(turn: ShopTurn, dry: DryRun, chunk: RunChunk): Promise<boolean> {
  const { shop, credential, policy, clock } = turn
  const all = await toReads(turn, dry, chunk)
  const waiting = await findHeldCustomers(shop)
  const reads = all.filter(({ customerId }) => !waiting.has(customerId))
  const purpose = await purposeOf(turn, dry)
  const kind = purpose.kind === 'full' ? 'full' : 'reconcile'
  const from = {
    readAt: dry.readFrom!,
    run: null,
    importSize: null,
    purpose,
    newProfiles: newProfilesFor({ kind, created: dry.counts.created }, policy.destination),
  }
  const plan = await planBatch(turn, reads, from, { stored: storedMeanings(choicesOf(policy)), dry: true })
  if (plan.interruption) {
    await deferDryRun(shop, { id: dry.id, ...retryOfChunk(dry, plan.interruption, clock()) })
    return false
  }
  const forecasts = plan.items.map(({ read, decision, sent }) => ({
    customerId: read.customerId,
    forecast: forecastOf(decision, sent),
  }))
  const unchanged = plan.unchanged.map(() => 'unchanged' as const)
  const held = all.filter(({ customerId }) => waiting.has(customerId)).map(() => 'unclear' as const)
  const counted = [...forecasts.map(({ forecast }) => forecast), ...unchanged, ...held]
  const { id, examples } = dry
  const { from: start, to, cursor } = chunk
  const counts = countForecasts(counted, chunk.rows)
  const ids = forecasts.map(({ customerId }) => customerId)
  return transaction(async (on) => {
    // An erasure waits for holdAccount: no example is added of a customer whom one has just taken out.
    if (!(await holdAccount(shop, credential.accountId, on))) return false
    const erased = await findErased(shop, ids, on)
    const remaining = forecasts.filter(({ customerId }) => !erased.has(customerId))
    const moreExamples = withExamples(examples, remaining).slice(examples.length)
    return saveCounted(shop, { id, from: start, to, cursor, counts, moreExamples, now: clock() }, on)
  })
}

/** Saving a choice is followed by a comparison; before the first sync of an account, by that one. */
async function purposeOf({ shop, policy }: ShopTurn, { subject }: DryRun): Promise<SyncPurpose> {
  if (subject === 'full' || !(await findShop(shop))?.filledAt) return { kind: 'full' }
  return { kind: 'compare', mappedSince: policy.mapping.changedAt }
}
