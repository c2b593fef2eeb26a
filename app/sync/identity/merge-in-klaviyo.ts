import { backoffMs, MAX_ATTEMPTS } from '#app/core/flow/backoff.ts'
import type { KnownProfile } from '#app/core/flow/decision.ts'
import { after } from '#app/core/flow/instants.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { mergeProfiles } from '#app/klaviyo/merge-profiles.ts'
import {
  type CustomerMerge,
  deferMerge,
  deleteMerge,
  hasSettledImports,
  inheritProfile,
  listDueMerges,
  saveIntendedMerge,
  saveMergeAsked,
} from '#app/store/customer-merges.ts'
import { transaction } from '#app/store/database.ts'
import { fieldSetNumber } from '#app/store/field-sets.ts'
import { findKnownProfiles } from '#app/store/profiles.ts'
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
    if (merge.askedAt) await deleteMerge(shop, merge.goneId)
    else if (!(await mergeOne(conducting, merge))) continue
    stepped++
  }
  return stepped
}

async function mergeOne(conducting: Conducting, merge: CustomerMerge): Promise<boolean> {
  const { shop, clock } = conducting
  const known = await findKnownProfiles(shop, [merge.goneId, merge.keptId])
  const tell = tellerOf(conducting, merge)
  const [gone, kept] = [known.get(merge.goneId), known.get(merge.keptId)]
  if (await isStillMoving(conducting, [gone, kept])) {
    await deferMerge(shop, merge.goneId, { attempt: merge.attempt, notBefore: after(clock(), IDS_COME_MS) })
    return false
  }
  // Nothing of the customer who went is in Klaviyo, or both are one profile already.
  if (!gone?.klaviyoId || gone.klaviyoId === kept?.klaviyoId) {
    await deleteMerge(shop, merge.goneId)
    tell('nothing_to_merge')
    return true
  }
  const mayCarry = [...new Set([...gone.fields, ...(kept?.fields ?? [])])].sort()
  const fieldSet = await fieldSetNumber(shop, mayCarry)
  if (kept?.klaviyoId) return askForMerge(conducting, merge, { from: gone.klaviyoId, into: kept.klaviyoId, fieldSet })
  const inherited = { ...merge, klaviyoId: gone.klaviyoId, fieldSet, now: clock() }
  await transaction(async (on) => {
    await inheritProfile(shop, inherited, on)
    await deleteMerge(shop, merge.goneId, on)
  })
  tell('inherited')
  return true
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
  { from, into, fieldSet }: { from: string; into: string; fieldSet: number },
): Promise<boolean> {
  const { shop, connection, clock } = conducting
  const tell = tellerOf(conducting, merge)
  const allowed = await takeCalls(conducting, endpoints.mergeProfiles, 1)
  if (allowed.kind === 'granted') await saveIntendedMerge(shop, { keptId: merge.keptId, fieldSet })
  const outcome = allowed.kind === 'granted' ? await mergeProfiles(connection.key, { from, into }) : allowed
  const now = clock()
  if (outcome.kind === 'taken') {
    const until = after(now, MERGE_TAKES_MS)
    await transaction((on) => saveMergeAsked(shop, { goneId: merge.goneId, now, until }, on))
    tell('asked')
    return true
  }
  const attempt = merge.attempt + 1
  // One of the profiles is no more: there is nothing left to merge.
  if (outcome.kind === 'refused' || attempt > MAX_ATTEMPTS) {
    await deleteMerge(shop, merge.goneId)
    tell('given_up')
    return true
  }
  if (allowed.kind === 'granted') await heedInterruption(conducting, endpoints.mergeProfiles, outcome)
  const waitMs = outcome.kind === 'throttled' ? outcome.retryAfterMs : backoffMs(attempt, merge.goneId)
  const notBefore = after(now, waitMs)
  await deferMerge(shop, merge.goneId, { attempt: outcome.kind === 'throttled' ? merge.attempt : attempt, notBefore })
  return false
}

function tellerOf({ shop }: Conducting, { goneId, keptId }: CustomerMerge) {
  return (how: Parameters<typeof mergeStepped>[0]['how']) => mergeStepped({ shop, goneId, keptId, how })
}
