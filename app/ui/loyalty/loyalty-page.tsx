import { BlockStack } from '@shopify/polaris'
import { isValidLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { asItIs, type SaveActions, useSetting } from '../settings/use-setting.ts'
import { LoyaltyForm } from './loyalty-form.tsx'
import { LoyaltySample } from './loyalty-sample.tsx'
import { LoyaltyRefusedBanner } from './refused-banner.tsx'

export function LoyaltyPage({ view, actions }: { view: LoyaltyView; actions: SaveActions<LoyaltyChoice> }) {
  const isValid = (choice: LoyaltyChoice) => isValidLoyalty(choice, { metafields: view.sent })
  const draft = useSetting(view, actions, asItIs(isValid))

  return (
    <BlockStack gap="400">
      {view.refusedAt && <LoyaltyRefusedBanner refusedAt={view.refusedAt} timeZone={view.timeZone} />}
      <LoyaltyForm view={view} draft={draft} />
      <LoyaltySample choice={draft.fields} />
    </BlockStack>
  )
}
