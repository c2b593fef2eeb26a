import { BlockStack } from '@shopify/polaris'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import type { FullSyncForecast } from '#app/core/report/full-sync-forecast.ts'
import type { LoginView } from '#app/core/report/klaviyo-login.ts'
import { settingPages } from '#app/core/report/setting-pages.ts'
import type { Syncing } from '#app/core/settings/syncing.ts'
import { ShopClock } from '../time/shop-clock.tsx'
import { AccessSection } from './access-section.tsx'
import { type ConnectionActions, ConnectionSection } from './connection-section.tsx'
import { MissingScopesBanner } from './missing-scopes-banner.tsx'
import { PrivacySection } from './privacy-section.tsx'
import { SettingSection } from './setting-section.tsx'
import { type SupportActions, SupportSection } from './support-section.tsx'
import { SyncingSection } from './syncing-section.tsx'
import type { SaveActions } from './use-setting.ts'

interface SettingsProps {
  readonly view: ConnectionView
  readonly loginView: LoginView
  readonly asOf: string
  /** The operator's privacy policy; null if there is none. */
  readonly privacyPolicy?: string | null
  readonly actions: ConnectionActions
  readonly syncing: SaveActions<Syncing>
  readonly support: SupportActions
  /** What the first full sync would do; null when it is not known. */
  readonly forecast?: FullSyncForecast | null
}

export function Settings({
  view,
  loginView,
  asOf,
  privacyPolicy = null,
  actions,
  syncing,
  support,
  forecast = null,
}: SettingsProps) {
  return (
    <ShopClock asOf={asOf} timeZone={view.timeZone}>
      <BlockStack gap="400">
        {view.connection.kind === 'connected' && <MissingScopesBanner scopes={view.missingScopes} />}
        <ConnectionSection view={view} loginView={loginView} actions={actions} forecast={forecast} />
        {view.connection.kind !== 'none' && <SyncingSection integration={view.integration} actions={syncing} />}
        {settingPages.map((name) => (
          <SettingSection key={name} name={name} view={view} />
        ))}
        <AccessSection />
        <PrivacySection policy={privacyPolicy} />
        <SupportSection actions={support} />
      </BlockStack>
    </ShopClock>
  )
}
