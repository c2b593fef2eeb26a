import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { type Choices, initialChoices, type SettingName } from '#app/core/settings/settings.ts'
import { findShop } from '#app/store/shops.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { clock } from './clock.ts'
import type { InstalledShop } from './sandbox.ts'

type Given = Pick<InstalledShop, 'domain'>

/** The version of the settings that a page which is loaded now shows. */
export async function versionOf({ domain }: Given): Promise<number> {
  return (await findShop(domain))?.settingsVersion ?? 0
}

/** Saves a choice as the page that was just loaded does: the one of a merchant who never chose, except for what differs. */
export async function choose<Name extends SettingName>(
  given: Given,
  name: Name,
  differs: Partial<Choices[Name]>,
): Promise<IntegrationChange> {
  const choice = { ...initialChoices[name], ...differs }
  return saveSetting(given.domain, name, { version: await versionOf(given), choice, now: clock() })
}
