import { BlockStack, Button, Card, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { SupportText } from '../support/support-text.tsx'
import { Annotated } from './annotated.tsx'

export interface SupportActions {
  readonly save: () => void
  readonly saving: boolean
  /** The last attempt to save the file failed. */
  readonly failed: boolean
}

/** A file for the person who helps the merchant, and where to send it. */
export function SupportSection({ actions: { save, saving, failed } }: { actions: SupportActions }) {
  const { t } = useTranslation()
  return (
    <Annotated title={t('support.title')} about={t('support.about')}>
      <Card padding={{ xs: '400', sm: '500' }}>
        <BlockStack gap="300">
          <Text as="p">
            <SupportText>{t('support.send')}</SupportText>
          </Text>
          <Text as="p">{t('support.holds')}</Text>
          <div>
            <Button loading={saving} onClick={save}>
              {t('support.download')}
            </Button>
            <div role="alert">
              {failed && (
                <Text as="p" tone="critical">
                  {t('support.failed')}
                </Text>
              )}
            </div>
          </div>
        </BlockStack>
      </Card>
    </Annotated>
  )
}
