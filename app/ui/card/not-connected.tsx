import { BlockStack, Button, Card, List, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { pages } from '../pages.ts'
import { InSyncIllustration } from './in-sync-illustration.tsx'
import { PromiseLine } from './promise-line.tsx'

const steps = ['read', 'write', 'follow'] as const

export function NotConnected() {
  const { t } = useTranslation()
  return (
    <Card padding={{ xs: '400', sm: '600' }}>
      <div className="ls-not-connected">
        <BlockStack gap="400">
          <BlockStack gap="200">
            <Text as="p" variant="bodySm" tone="subdued">
              {t('card.title')}
            </Text>
            <Text as="h2" variant="headingLg">
              {t('notConnected.heading')}
            </Text>
          </BlockStack>
          <BlockStack gap="200">
            <Text as="p">{t('notConnected.lead')}</Text>
            <List type="number">
              {steps.map((step) => (
                <List.Item key={step}>{t(`notConnected.steps.${step}`)}</List.Item>
              ))}
            </List>
          </BlockStack>
          <PromiseLine />
          <div>
            <Button variant="primary" url={pages.settings}>
              {t('notConnected.action')}
            </Button>
          </div>
        </BlockStack>
        <InSyncIllustration />
      </div>
    </Card>
  )
}
