import { SaveBar } from '@shopify/app-bridge-react'
import { Banner, BlockStack } from '@shopify/polaris'
import { useState } from 'react'
import { isSoundLoyalty, type LoyaltyChoice } from '#app/core/profile/loyalty.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { LoyaltyView } from '#app/core/report/loyalty-view.ts'
import { notChanged } from '../copy/integration.ts'
import { loyaltyCopy, loyaltyRefusedCopy } from '../copy/loyalty.ts'
import { pages } from '../pages.ts'
import { shopTime } from '../time/shop-time.ts'
import { LoyaltyForm } from './loyalty-form.tsx'
import { LoyaltySample } from './loyalty-sample.tsx'

export interface LoyaltyActions {
  readonly save: (version: number, choice: LoyaltyChoice) => void
  readonly saving: boolean
  /** What came of the last save, once the page shows what it made of the choice; null before. */
  readonly answer: IntegrationChange | null
}

interface Draft {
  /** Of the page on which it was begun. */
  readonly version: number
  readonly choice: LoyaltyChoice
}

export function LoyaltyPage({ view, actions }: { view: LoyaltyView; actions: LoyaltyActions }) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const [answer, setAnswer] = useState(actions.answer)
  // Of each answer once: with these the page has what is true now, and nothing is left to save.
  const [seen, setSeen] = useState(actions.answer)
  if (seen !== actions.answer) {
    setSeen(actions.answer)
    setAnswer(actions.answer)
    if (actions.answer?.kind === 'loyalty_saved' || actions.answer?.kind === 'stale') setDraft(null)
  }

  const { version, choice } = draft ?? view
  const sound = isSoundLoyalty(choice, { metafields: view.sent })
  const dirty = draft !== null && JSON.stringify(draft.choice) !== JSON.stringify(view.choice)

  function change(choice: LoyaltyChoice) {
    setAnswer(null)
    setDraft({ version, choice })
  }

  return (
    <BlockStack gap="400">
      {view.refusedAt && <RefusedBanner refusedAt={view.refusedAt} timeZone={view.timeZone} />}
      <LoyaltyForm
        view={view}
        choice={choice}
        refusal={answer && notChanged(answer)}
        onRefusalRead={() => setAnswer(null)}
        disabled={actions.saving}
        onChange={change}
      />
      <LoyaltySample choice={choice} />
      {dirty && (
        <SaveBar open id="loyalty">
          <button
            type="button"
            variant="primary"
            disabled={!sound}
            onClick={() => sound && !actions.saving && actions.save(version, choice)}
            {...(actions.saving && { loading: '' })}
          >
            {loyaltyCopy.save}
          </button>
          <button type="button" onClick={() => setDraft(null)}>
            {loyaltyCopy.discard}
          </button>
        </SaveBar>
      )}
    </BlockStack>
  )
}

function RefusedBanner({ refusedAt, timeZone }: { refusedAt: string; timeZone: string }) {
  return (
    <Banner
      tone="warning"
      title={loyaltyRefusedCopy.title}
      action={{ content: loyaltyRefusedCopy.action, url: pages.settings }}
    >
      <p>{loyaltyRefusedCopy.body(shopTime(new Date(refusedAt), timeZone))}</p>
    </Banner>
  )
}
