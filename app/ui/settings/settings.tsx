import { BlockStack } from '@shopify/polaris'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { ShopClock } from '../time/shop-clock.tsx'
import { type ConnectionActions, ConnectionSection } from './connection-section.tsx'
import { LoyaltySection } from './loyalty-section.tsx'
import { MappingSection } from './mapping-section.tsx'
import { PrivacySection } from './privacy-section.tsx'
import { type SyncingActions, SyncingSection } from './syncing-section.tsx'

interface SettingsProps {
  readonly view: ConnectionView
  readonly asOf: string
  readonly actions: ConnectionActions
  readonly syncing: SyncingActions
}

export function Settings({ view, asOf, actions, syncing }: SettingsProps) {
  return (
    <ShopClock asOf={asOf} timeZone={view.timeZone}>
      <BlockStack gap="400">
        <ConnectionSection view={view} actions={actions} />
        {view.connection.kind !== 'none' && <SyncingSection integration={view.integration} actions={syncing} />}
        <MappingSection />
        <LoyaltySection loyalty={view.loyalty} />
        <PrivacySection />
      </BlockStack>
    </ShopClock>
  )
}
