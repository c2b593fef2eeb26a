import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { pages } from '../pages.ts'
import { Annotated } from './annotated.tsx'

export function PrivacySection() {
  const { t } = useTranslation()
  return (
    <Annotated title={t('privacy.title')}>
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          <Text as="p">{t('privacy.holds')}</Text>
          <Text as="p">{t('privacy.erases')}</Text>
          <div>
            <Button url={pages.privacy}>{t('privacy.open')}</Button>
          </div>
        </BlockStack>
      </Card>
    </Annotated>
  )
}
