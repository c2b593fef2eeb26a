import { Button } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { MarkedStep } from '#app/core/report/setup-guide.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import type { GuideActions } from './guide-actions.ts'

interface MarkButtonProps {
  readonly step: MarkedStep
  readonly card: SyncCard
  readonly actions: GuideActions
  /** The next step opens. */
  readonly onDone: () => void
}

/** Marks a step as done, or as not done again. */
export function MarkButton({ step, card, actions, onDone }: MarkButtonProps) {
  const { t } = useTranslation()
  const done = card.guide.done[step]
  return (
    <Button
      variant={done ? 'tertiary' : 'secondary'}
      onClick={() => {
        actions.mark(step, !done)
        onDone()
      }}
    >
      {done ? t('guide.markOpen') : t('guide.markDone')}
    </Button>
  )
}
