import type { ShopDomain } from '#app/core/ids.ts'
import { type IntegrationChange, RESET_WORD, type TurnOn } from '#app/core/report/integration-change.ts'
import { isSyncDelay } from '#app/core/settings/syncing.ts'
import { findConnection } from '#app/store/connections.ts'
import { type Sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { forgetProfiles } from '#app/store/forgotten-profiles.ts'
import { countImports } from '#app/store/imports.ts'
import { changeIntegrationStatus, saveFutureSince } from '#app/store/integration.ts'
import { makeAllMarksReady, rescheduleMarks } from '#app/store/marks.ts'
import { endReadBack } from '#app/store/read-backs.ts'
import { startBaselineRun, startFullRun } from '#app/store/run-starts.ts'
import { saveChoice } from '#app/store/settings.ts'
import { lockShop } from '#app/store/shops.ts'
import { cancelOpenRun, findOpenRun, resumeOpenRun } from '#app/store/sync-runs.ts'
import { integrationReset, integrationTurned } from '../events.ts'
import { wakeSoon } from '../intake/wake-soon.ts'

export interface TurnOnRequest {
  /** The version of the status and settings that the merchant saw. */
  readonly version: number
  readonly how: TurnOn
  /** What was typed to confirm a reset, which forgets all profiles first; null for no reset. */
  readonly resetWord: string | null
  /** Null keeps the delay. */
  readonly syncDelayMs: number | null
  /** The id of the member of staff who turns it on. */
  readonly by: string | null
  readonly now: Date
}

/**
 * Turns the integration on. `resume` continues the paused run; `future` drops the changes that were held and records all customers without
 * pushing any; `past_and_future` sends the changes that were held and compares all customers. All in one transaction: unless `turned_on` is
 * returned, nothing is changed.
 */
export async function turnOn(shop: ShopDomain, request: TurnOnRequest): Promise<IntegrationChange> {
  const { how, resetWord, syncDelayMs } = request
  if (syncDelayMs !== null && !isSyncDelay(syncDelayMs)) return { kind: 'invalid', setting: 'syncing' }
  if (resetWord !== null && resetWord.trim().toUpperCase() !== RESET_WORD) return { kind: 'reset_not_confirmed' }
  const change = await transaction((on) => turn(shop, request, on), WHOLE_SHOP)
  if (change.kind === 'turned_on') {
    // Repeated after the commit: changes that arrived meanwhile were scheduled by the old delay.
    if (syncDelayMs !== null) await transaction((on) => rescheduleMarks(shop, on), WHOLE_SHOP)
    if (resetWord !== null) integrationReset(shop)
    integrationTurned(shop, how)
    wakeSoon([shop])
  }
  return change
}

async function turn(shop: ShopDomain, request: TurnOnRequest, on: Sql): Promise<IntegrationChange> {
  const { version, how, resetWord, syncDelayMs, by, now } = request
  const known = await lockShop(shop, on)
  if (known?.settingsVersion !== version || known.status === 'on' || known.uninstalledAt) return { kind: 'stale' }
  const connection = await findConnection(shop, on)
  if (!connection) return { kind: 'not_connected' }
  if (connection.refusedAt) return { kind: 'refused' }
  const resets = resetWord !== null
  // After a reset there is no run to continue.
  if (how === 'resume' && (resets || !(await findOpenRun(shop, on)))) return { kind: 'nothing_paused' }
  // An import that Klaviyo is still processing could overwrite what is sent after a reset, and a baseline could not record its profiles.
  if ((resets || how === 'future') && (await countImports(shop, on)) > 0) return { kind: 'still_settling' }

  await changeIntegrationStatus(shop, 'on', on)
  if (how === 'resume') await resumeOpenRun(shop, now, on)
  else await cancelOpenRun(shop, resets ? 'reset' : 'superseded', now, on)
  if (resets) await forgetProfiles(shop, now, on)
  if (resets) await endReadBack(shop, { end: 'reset', now }, on)
  if (how === 'future') {
    await saveFutureSince(shop, now, on)
    await startBaselineRun(shop, { by, now }, on)
  }
  if (how === 'past_and_future') await startFullRun(shop, { trigger: 'switched_on', by, always: true, now }, on)
  await makeAllMarksReady(shop, now, on)
  if (syncDelayMs !== null && syncDelayMs !== known.syncing.syncDelayMs) {
    await saveChoice(shop, 'syncing', { choice: { ...known.syncing, syncDelayMs }, comparedFrom: null }, on)
    await rescheduleMarks(shop, on)
  }
  return { kind: 'turned_on', how }
}
