import { BlockStack, Button, Card, InlineStack, Text } from '@shopify/polaris'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { guideSteps, type GuideStep as Step } from '#app/core/report/setup-guide.ts'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { ConnectStep } from './connect-step.tsx'
import { CustomersStep } from './customers-step.tsx'
import type { GuideActions } from './guide-actions.ts'
import { GuideStep } from './guide-step.tsx'
import { LoyaltyStep } from './loyalty-step.tsx'
import { StartStep } from './start-step.tsx'

/** The steps from installing the app to the first sync. What is done is remembered for the shop, and so is that it is hidden. */
export function SetupGuide({ card, actions }: { card: SyncCard; actions: GuideActions }) {
  const { t } = useTranslation()
  const { done } = card.guide
  const next = guideSteps.find((step) => !done[step]) ?? null
  // The step that the merchant opened or closed; otherwise the next one is open.
  const [chosen, setChosen] = useState<Step | 'none' | null>(null)
  const open = chosen ?? next
  const { load } = actions
  useEffect(() => {
    if (open === 'loyalty' || open === 'customers') load(open)
  }, [open, load])

  const steps = { connect: ConnectStep, loyalty: LoyaltyStep, customers: CustomersStep, start: StartStep }
  const doneSteps = guideSteps.filter((step) => done[step]).length
  return (
    <Card padding={{ xs: '400', sm: '500' }}>
      <BlockStack gap="300">
        <InlineStack gap="200" align="space-between" blockAlign="center">
          <Text as="h2" variant="headingMd">
            {t('guide.title')}
          </Text>
          <Button variant="tertiary" onClick={() => actions.hide(true)}>
            {t('guide.hide')}
          </Button>
        </InlineStack>
        <Text as="p">{next === null ? t('guide.allDone') : t('guide.lead')}</Text>
        <Text as="p" tone="subdued" variant="bodySm">
          <span className="ls-figures">{t('guide.done', { done: doneSteps, steps: guideSteps.length })}</span>
        </Text>
        <ol className="ls-steps">
          {guideSteps.map((step) => {
            const Body = steps[step]
            return (
              <GuideStep
                key={step}
                title={t(`guide.${step}.title`)}
                done={done[step]}
                open={open === step}
                onToggle={() => setChosen(open === step ? 'none' : step)}
              >
                <Body card={card} actions={actions} onDone={() => setChosen(null)} />
              </GuideStep>
            )
          })}
        </ol>
      </BlockStack>
    </Card>
  )
}
