import { after } from '#app/core/flow/instants.ts'
import { isLargeChange, LONGEST_HOLD_MS, mayBecomeLarge } from '#app/core/flow/large-change.ts'
import { noLimit } from '#app/core/flow/new-profiles.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { withHeld } from '#app/core/loyalty/held-sources.ts'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { deliveredPart } from '#app/core/profile/delivered-part.ts'
import { fieldValuesOf } from '#app/core/profile/live-fields.ts'
import type { Profile } from '#app/core/profile/profile.ts'
import { findTurnInputs } from '#app/store/connections.ts'
import { findDryRun, type PlayedChoices } from '#app/store/dry-runs.ts'
import {
  countInSync,
  holdRun,
  passCheck,
  type RunCheck,
  restartChecked,
  saveChangeCount,
  saveCheck,
} from '#app/store/run-checks.ts'
import { deferRun } from '#app/store/run-progress.ts'
import { findShop } from '#app/store/shops.ts'
import type { SyncRun } from '#app/store/sync-runs.ts'
import { type DecidedRead, decideBatch } from '../deliver/decide-batch.ts'
import { holdingBackIdentifiers } from '../deliver/outgoing-push.ts'
import { hashOf } from '../deliver/read-profile.ts'
import { runStepped } from '../events.ts'
import type { ShopTurn } from '../turn/shop-turn.ts'
import { toReads } from './chunk-reads.ts'
import { purposeOf } from './deliver-chunk.ts'
import type { RunChunk } from './run-chunk.ts'

const DAY_MS = 24 * 60 * 60_000

/** A run with a check: it is counted, held, or was. */
export type CheckedRun = SyncRun & { readonly check: RunCheck }

/** Whether the run was counted before it sent anything, or is. */
export function isChecked(run: SyncRun): run is CheckedRun {
  return run.check !== null
}

export function isCounting(run: SyncRun): run is CheckedRun {
  return run.check?.state === 'counting'
}

/**
 * Decides whether a run that begins to read is counted first. It is not if it can change no profile that is in sync, if the shop is too
 * small, or if the merchant chose so or has just confirmed what a dry run counted. One that passed by the same choices has passed.
 */
export async function beginCheck(turn: Pick<ShopTurn, 'shop' | 'policy'>, run: SyncRun): Promise<void> {
  const { shop } = turn
  if (run.kind !== 'full' && run.kind !== 'reconcile') return
  // Looking at the shop before a run may have changed which sources are held.
  const policy = (await findTurnInputs(shop))?.policy ?? turn.policy
  const by = hashOfChoices(policy)
  if (run.check?.state === 'passed' && run.check.by === by) return
  const isFilled = (await findShop(shop))?.filledAt != null
  const of = isFilled ? await countInSync(shop) : 0
  const mayBeHeld = isLargeChange({ of, wouldChange: of }, policy.syncing.holdAbovePercent)
  const check = mayBeHeld && !(await isPlayed(shop, run, by)) ? { by, of } : null
  await saveCheck(shop, { id: run.id, check })
}

/** Whether a run may send now. If not, `worked` says whether anything was done. */
export async function mayDeliver(turn: ShopTurn, run: CheckedRun): Promise<true | { worked: boolean }> {
  const { shop, policy, clock } = turn
  const { check } = run
  if (check.by !== hashOfChoices(policy)) {
    const restarted = await restartChecked(shop, { id: run.id, now: clock() })
    if (restarted) stepped(turn, run, 'queued', 'choices_changed')
    return { worked: restarted }
  }
  if (check.state !== 'held') return true
  // The merchant has chosen meanwhile to let such runs go on.
  if (!isLargeChange(check, policy.syncing.holdAbovePercent)) {
    const restarted = await restartChecked(shop, { id: run.id, now: clock() })
    return { worked: restarted }
  }
  const until = after(check.heldAt ?? clock(), LONGEST_HOLD_MS)
  await deferRun(shop, { id: run.id, notBefore: until, attempt: 0, waitsFor: null })
  return { worked: false }
}

/** Whether a held run has waited for its answer for too long. */
export function isUnanswered({ check }: SyncRun, now: Date): boolean {
  return check?.state === 'held' && check.heldAt !== null && after(check.heldAt, LONGEST_HOLD_MS) <= now
}

/**
 * Counts how many profiles a chunk would change, by the decisions of a real run, without a call to Klaviyo. Once the rest cannot make the
 * change large, the run passes. Returns whether the chunk was counted.
 */
export async function countChanges(turn: ShopTurn, run: CheckedRun, chunk: RunChunk): Promise<boolean> {
  const { shop, policy, clock } = turn
  const reads = await toReads(turn, run, chunk)
  const from = {
    readAt: run.operationAskedAt!,
    run: null,
    importSize: null,
    purpose: purposeOf(run, policy.mapping.changedAt),
    newProfiles: noLimit,
  }
  const { unchanged, decided } = await decideBatch(turn, reads, from, { stored: [], dry: true })
  const inSync = decided.filter(({ known }) => known?.state === 'synced')
  const changed = inSync.filter(changesProfile)
  const count = {
    checked: unchanged.length + inSync.length,
    wouldChange: changed.length,
    wouldClear: changed.filter(({ sent }) => sent?.fieldsToClear).length,
  }
  const { from: begin, to, cursor, rows } = chunk
  const saved = await saveChangeCount(shop, { run: run.id, from: begin, to, cursor, rows, count, now: clock() })
  if (!saved) return false
  const { check } = run
  const sum = {
    of: check.of,
    checked: check.checked + count.checked,
    wouldChange: check.wouldChange + count.wouldChange,
    wouldClear: 0,
  }
  return mayBecomeLarge(sum, policy.syncing.holdAbovePercent) || passes(turn, run)
}

/** Holds a run that was counted to its end, or lets it pass. Returns whether it did. */
export async function endCounting(turn: ShopTurn, run: CheckedRun): Promise<boolean> {
  const { shop, policy, clock } = turn
  const isLarge = isLargeChange(run.check, policy.syncing.holdAbovePercent)
  if (!isLarge || (await isPlayed(turn.shop, run, run.check.by))) return passes(turn, run)
  const held = await holdRun(shop, { id: run.id, now: clock() })
  if (held) stepped(turn, run, 'held', null)
  return held
}

async function passes(turn: ShopTurn, run: SyncRun): Promise<boolean> {
  return passCheck(turn.shop, { id: run.id, now: turn.clock() })
}

/**
 * Whether a value that was delivered would become another, or be removed. Fields that only come along do not count: nothing is lost by them.
 * Nor does what was held back when the profile was sent: Lockstep adds phone numbers itself, once it knows the Klaviyo id.
 */
function changesProfile({ known, decision, sent }: DecidedRead): boolean {
  if (decision.kind !== 'push' || !sent) return false
  if (!known || known.hash === sent.hash || known.hash === holdingBackIdentifiers(sent).hash) return false
  const values = fieldValuesOf(JSON.parse(sent.canonical) as Profile)
  return known.hash !== hashOf(canonicalProfile(deliveredPart(values, known.fields)))
}

/** Whether the merchant has just confirmed what a dry run counted by the same choices. Nights find what happened since. */
async function isPlayed(shop: ShopDomain, run: SyncRun, by: string): Promise<boolean> {
  if (run.trigger === 'nightly') return false
  const dry = await findDryRun(shop)
  if (!dry?.carriedOutAt || !dry.endedAt) return false
  if (run.requestedAt < dry.endedAt || run.requestedAt > after(dry.carriedOutAt, DAY_MS)) return false
  const { choices, held } = dry
  const mapping = { ...choices.mapping, mapping: withHeld(choices.mapping.mapping, held) }
  return hashOfChoices({ ...choices, mapping }) === by
}

function hashOfChoices({ audience, mapping, destination }: PlayedChoices): string {
  return hashOf(JSON.stringify([audience, mapping.mapping, destination.existing, destination.sharing]))
}

function stepped({ shop }: ShopTurn, run: SyncRun, state: string, why: string | null): void {
  runStepped({ shop, run: run.id, kind: run.kind, state, why })
}
