import { BlockStack } from '@shopify/polaris'
import { isValidLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { draftRefusal } from '../copy/integration.ts'
import { DraftBar } from '../settings/draft-bar.tsx'
import { type SaveActions, useDraft } from '../settings/use-draft.ts'
import { LoyaltyForm } from './loyalty-form.tsx'
import { LoyaltySample } from './loyalty-sample.tsx'
import { LoyaltyRefusedBanner } from './refused-banner.tsx'

export type LoyaltyActions = SaveActions<LoyaltyChoice>

export function LoyaltyPage({ view, actions }: { view: LoyaltyView; actions: LoyaltyActions }) {
  const draft = useDraft({ version: view.version, fields: view.choice }, actions.answer)
  const { fields: choice } = draft
  const sound = isValidLoyalty(choice, { metafields: view.sent })
  const dirty = draft.touched && JSON.stringify(choice) !== JSON.stringify(view.choice)

  return (
    <BlockStack gap="400">
      {view.refusedAt && <LoyaltyRefusedBanner refusedAt={view.refusedAt} timeZone={view.timeZone} />}
      <LoyaltyForm
        view={view}
        choice={choice}
        refusal={draftRefusal(draft.refused)}
        onRefusalRead={draft.readRefusal}
        disabled={actions.saving}
        onChange={draft.change}
      />
      <LoyaltySample choice={choice} />
      {dirty && (
        <DraftBar
          id="loyalty"
          saving={actions.saving}
          onSave={sound ? () => actions.save(draft.version, choice) : null}
          onDiscard={draft.discard}
        />
      )}
    </BlockStack>
  )
}
