import { isSyncDelay } from '#app/core/flow/sync-delay.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type IntegrationChange, RESET_WORD, type TurnOn } from '#app/core/report/integration-change.ts'
import { findConnection } from '#app/store/connections.ts'
import { type Sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { countJobs } from '#app/store/import-jobs.ts'
import { saveFutureSince, saveIntegrationSettings, turnIntegration } from '#app/store/integration.ts'
import { freeAllMarks, respaceMarks } from '#app/store/marks.ts'
import { forgetProfiles } from '#app/store/profiles.ts'
import { startBaselineRun, startFullRun } from '#app/store/run-starts.ts'
import { lockShop } from '#app/store/shops.ts'
import { cancelOpenRun, findOpenRun, resumeOpenRun } from '#app/store/sync-runs.ts'
import { integrationReset, integrationTurned } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

export interface TurnOnAsked {
  /** Of the status and settings the merchant saw. */
  readonly version: number
  readonly how: TurnOn
  /** What was typed to confirm that everything is to be forgotten first; null when it is not. */
  readonly resetWord: string | null
  /** Null leaves the delay as it is. */
  readonly syncDelayMs: number | null
  /** The member of staff who asks, by number. */
  readonly by: string | null
  readonly now: Date
}

/**
 * Turns the integration on. `resume` goes on with the paused run; `future` drops what was held and records all customers
 * without pushing any; `past_and_future` sends what was held and compares all customers. One transaction: unless it yields
 * `turned_on`, nothing is changed.
 */
export async function turnOn(shop: ShopDomain, asked: TurnOnAsked): Promise<IntegrationChange> {
  const { how, resetWord, syncDelayMs } = asked
  if (syncDelayMs !== null && !isSyncDelay(syncDelayMs)) return { kind: 'delay_invalid' }
  if (resetWord !== null && resetWord.trim().toUpperCase() !== RESET_WORD) return { kind: 'reset_not_confirmed' }
  const change = await transaction((on) => turn(shop, asked, on), WHOLE_SHOP)
  if (change.kind === 'turned_on') {
    // Once more after the commit: a change that came meanwhile was given its time by the delay before.
    if (syncDelayMs !== null) await transaction((on) => respaceMarks(shop, on), WHOLE_SHOP)
    if (resetWord !== null) integrationReset(shop)
    integrationTurned(shop, how)
    wakeSoon([shop])
  }
  return change
}

async function turn(shop: ShopDomain, asked: TurnOnAsked, on: Sql): Promise<IntegrationChange> {
  const { version, how, resetWord, syncDelayMs, by, now } = asked
  const known = await lockShop(shop, on)
  if (known?.settingsVersion !== version || known.status === 'on' || known.uninstalledAt) return { kind: 'stale' }
  const connection = await findConnection(shop, on)
  if (!connection) return { kind: 'not_connected' }
  if (connection.refusedAt) return { kind: 'refused' }
  const resets = resetWord !== null
  // A run that is reset has nothing to go on from.
  if (how === 'resume' && (resets || !(await findOpenRun(shop, on)))) return { kind: 'nothing_paused' }
  // What Klaviyo is still taking in could land on top of what comes after a reset, and is no past that a baseline could record.
  if ((resets || how === 'future') && (await countJobs(shop, on)) > 0) return { kind: 'still_settling' }

  await turnIntegration(shop, 'on', on)
  if (how === 'resume') await resumeOpenRun(shop, now, on)
  else await cancelOpenRun(shop, resets ? 'reset' : 'superseded', now, on)
  if (resets) await forgetProfiles(shop, on)
  if (how === 'future') {
    await saveFutureSince(shop, now, on)
    await startBaselineRun(shop, { by, now }, on)
  }
  if (how === 'past_and_future') await startFullRun(shop, { trigger: 'switched_on', by, always: true, now }, on)
  await freeAllMarks(shop, now, on)
  if (syncDelayMs !== null && syncDelayMs !== known.syncDelayMs) {
    await saveIntegrationSettings(shop, { syncDelayMs, nightlyReconcile: known.nightlyReconcile }, on)
    await respaceMarks(shop, on)
  }
  return { kind: 'turned_on', how }
}
