import { expect } from 'vitest'
import { withFoundApp } from '#app/core/loyalty/with-found-app.ts'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { FoundApp, LoyaltyLook } from '#app/core/report/loyalty-look.ts'
import { findShop } from '#app/store/shops.ts'
import { lookForLoyalty } from '#app/sync/loyalty/look-for-loyalty.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { clock } from '#test/support/clock.ts'
import type { InstalledShop } from '#test/support/sandbox.ts'

export interface Pressed {
  readonly look: Extract<LoyaltyLook, { kind: 'looked' }>
  readonly app: FoundApp
  readonly mapping: Mapping
}

/** Presses “Use it” on the first app that is found, and saves, as the mapping page does. */
export async function pressUse({ domain }: Pick<InstalledShop, 'domain'>): Promise<Pressed> {
  const look = await lookForLoyalty(domain)
  const known = await findShop(domain)
  if (look.kind !== 'looked' || !known) throw new Error('Shopify does not answer')
  const [app] = look.apps
  if (!app) throw new Error('no app is found')
  const choice = withFoundApp(known.mapping.mapping, app)
  const saved = await saveSetting(domain, 'mapping', { version: known.settingsVersion, choice, now: clock() })
  expect(saved).toMatchObject({ kind: 'saved' })
  return { look, app, mapping: choice }
}
