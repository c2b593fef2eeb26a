import type { IntegrationChange, TurnOn } from '#app/core/report/integration-change.ts'
import type { Integration } from '#app/core/report/sync-card.ts'
import { loadSyncCard } from '#app/sync/report/load-sync-card.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { turnOff } from '#app/sync/status/turn-off.ts'
import { type TurnOnRequest, turnOn } from '#app/sync/status/turn-on.ts'
import { clock } from './clock.ts'
import type { InstalledShop } from './sandbox.ts'

type Given = Pick<InstalledShop, 'domain'>

/** The integration's status and settings, as a page that is rendered now shows them. */
export async function integrationOf({ domain }: Given): Promise<Integration> {
  return (await loadSyncCard(domain, clock())).integration
}

/** A merchant who has just seen the card turns the integration off. */
export async function switchOff(given: Given): Promise<IntegrationChange> {
  const { version } = await integrationOf(given)
  return turnOff(given.domain, { version, now: clock() })
}

/** A merchant who has just seen the card turns the integration on. */
export async function switchOn(
  given: Given,
  how: TurnOn,
  request: Partial<Omit<TurnOnRequest, 'how' | 'now'>> = {},
): Promise<IntegrationChange> {
  const { version } = await integrationOf(given)
  return turnOn(given.domain, { version, how, resetWord: null, syncDelayMs: null, by: 'Ada', ...request, now: clock() })
}

/** A merchant who has just seen the settings changes some of them. */
export async function setSettings(
  given: Given,
  changed: Partial<Pick<Integration, 'syncDelayMs' | 'nightlyReconcile' | 'hourlyCheck' | 'holdAbovePercent'>>,
): Promise<IntegrationChange> {
  const { version, syncDelayMs, nightlyReconcile, hourlyCheck, holdAbovePercent } = await integrationOf(given)
  const choice = { syncDelayMs, nightlyReconcile, hourlyCheck, holdAbovePercent, ...changed }
  return saveSetting(given.domain, 'syncing', { version, choice, now: clock() })
}
