import { BlockStack, Button, Card, Link, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { pages } from '../pages.ts'
import { Annotated } from './annotated.tsx'

/** What is stored of customers, and the operator's privacy policy, if there is one (PRIVACY_POLICY_URL). */
export function PrivacySection({ policy }: { policy: string | null }) {
  const { t } = useTranslation()
  return (
    <Annotated title={t('privacy.title')}>
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          <Text as="p">{t('privacy.holds')}</Text>
          <Text as="p">{t('privacy.erases')}</Text>
          {policy && (
            <Text as="p">
              <Link url={policy} target="_blank">
                {t('privacy.policy')}
              </Link>
            </Text>
          )}
          <div>
            <Button url={pages.privacy}>{t('privacy.open')}</Button>
          </div>
        </BlockStack>
      </Card>
    </Annotated>
  )
}
