import { backoffMs, MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import type { KnownProfile } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { certainFrom } from '#app/core/flow/replica-lag.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import {
  type CustomerMerge,
  deferMerge,
  deleteMerge,
  listDueMerges,
  saveIntendedMerge,
  saveMergeSettled,
} from '#app/store/customer-merges.ts'
import { transaction } from '#app/store/database.ts'
import { fieldSetNumber } from '#app/store/field-sets.ts'
import { saveRetries } from '#app/store/marks.ts'
import { findKnownProfiles } from '#app/store/profiles.ts'
import { hasSettledImports } from '#app/store/settled-imports.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedInterruption, takeCalls } from '../deliver/take-calls.ts'
import { mergeStepped } from '../events.ts'

/** Klaviyo merges a little after it has said so; a push of the kept customer waits that long. */
const MERGE_TAKES_MS = 30_000
/** Ids of an import, or the end of one that carries a customer, come within seconds. */
const IDS_COME_MS = 2_000

/** Makes one Klaviyo profile of two whose customers Shopify made one. Yields how many merges it took a step further. */
export async function mergeInKlaviyo(conducting: Conducting): Promise<number> {
  const { shop, clock } = conducting
  let stepped = 0
  for (const merge of await listDueMerges(shop, clock())) {
    if (merge.settledAt) await deleteMerge(shop, merge.goneId)
    else if (!(await mergeOne(conducting, merge))) continue
    stepped++
  }
  return stepped
}

async function mergeOne(conducting: Conducting, merge: CustomerMerge): Promise<boolean> {
  const { shop, clock } = conducting
  const known = await findKnownProfiles(shop, [merge.goneId, merge.keptId])
  const [gone, kept] = [known.get(merge.goneId), known.get(merge.keptId)]
  if (await isStillMoving(conducting, [gone, kept])) {
    await deferMerge(shop, merge.goneId, { attempt: merge.attempt, notBefore: after(clock(), IDS_COME_MS) })
    return false
  }
  if (gone && gone.fields.length > 0) {
    const fieldSet = await fieldSetNumber(shop, [...new Set([...gone.fields, ...(kept?.fields ?? [])])].sort())
    await saveIntendedMerge(shop, { keptId: merge.keptId, klaviyoId: gone.klaviyoId, fieldSet, now: clock() })
  }
  const [from, into] = [gone?.klaviyoId, kept?.klaviyoId]
  if (from && into && from !== into) return askForMerge(conducting, merge, { from, into })
  return settle(conducting, merge, from && !into ? 'inherited' : 'nothing_to_merge')
}

/** Whether an import carries one of them, or may still tell their Klaviyo id. */
async function isStillMoving({ shop }: Conducting, profiles: readonly (KnownProfile | undefined)[]): Promise<boolean> {
  if (profiles.some((profile) => profile?.inFlight)) return true
  const unknown = profiles.some((profile) => profile?.state === 'synced' && profile.klaviyoId === null)
  return unknown && (await hasSettledImports(shop))
}

async function askForMerge(
  conducting: Conducting,
  merge: CustomerMerge,
  profiles: { from: string; into: string },
): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const allowed = await takeCalls(conducting, endpoints.mergeProfiles, 1)
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(connection.key, profiles) : allowed
  if (outcome.kind === 'taken') return settle(conducting, merge, 'asked')
  const attempt = merge.attempt + 1
  // One of the profiles is no more: there is nothing left to merge.
  if (outcome.kind === 'refused' || attempt > MAX_ATTEMPTS) return settle(conducting, merge, 'given_up')
  if (allowed.kind === 'granted') await heedInterruption(conducting, endpoints.mergeProfiles, outcome)
  const isThrottled = outcome.kind === 'throttled'
  const notBefore = after(clock(), isThrottled ? outcome.retryAfterMs : backoffMs(attempt, merge.goneId))
  await deferMerge(shop, merge.goneId, { attempt: isThrottled ? merge.attempt : attempt, notBefore })
  return false
}

/** Both customers wait a little longer: Klaviyo may not be done, and Shopify may still show the one who went. */
async function settle(
  { shop, clock }: Conducting,
  { goneId, keptId }: CustomerMerge,
  how: Parameters<typeof mergeStepped>[0]['how'],
): Promise<boolean> {
  const now = clock()
  const until = how === 'asked' ? after(now, MERGE_TAKES_MS) : certainFrom(now)
  await transaction(async (on) => {
    await saveMergeSettled(shop, { goneId, now, until }, on)
    // Their own mark may have been answered by a run meanwhile, which knew nothing of what the profile was to get.
    await saveRetries(shop, [{ customerId: keptId, attempt: 0, notBefore: until, alone: false }], now, on)
  })
  mergeStepped({ shop, goneId, keptId, how })
  return true
}
