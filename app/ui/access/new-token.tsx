import { Banner, BlockStack, Button, Text } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { copyText } from '../customers/copy-text.ts'

/** A token that was just made: it is in this page's memory only, and gone with it. */
export function NewToken({ name, token }: { name: string; token: string }) {
  const { t } = useTranslation()
  return (
    <Banner tone="success" title={t('access.madeTitle', { name })}>
      <BlockStack gap="200">
        <Text as="p">{t('access.madeBody')}</Text>
        <code className="ls-break" translate="no">
          {token}
        </code>
        <div>
          <Button onClick={() => void copyText(t, token, t('access.copied'))}>{t('access.copy')}</Button>
        </div>
      </BlockStack>
    </Banner>
  )
}
