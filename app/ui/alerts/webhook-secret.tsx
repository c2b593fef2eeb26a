import { Banner, BlockStack, Button, TextField } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { copyText } from '../customers/copy-text.ts'

/** The webhook's secret, which is shown once: it is not told by any later answer. */
export function WebhookSecret({ secret }: { secret: string }) {
  const { t } = useTranslation()
  return (
    <Banner tone="info" title={t('alerts.channels.secret.title')}>
      <BlockStack gap="200">
        <p>{t('alerts.channels.secret.body')}</p>
        <TextField
          label={t('alerts.channels.secret.label')}
          value={secret}
          readOnly
          selectTextOnFocus
          autoComplete="off"
        />
        <div>
          <Button onClick={() => void copyText(t, secret, t('alerts.channels.secret.copied'))}>
            {t('alerts.channels.secret.copy')}
          </Button>
        </div>
      </BlockStack>
    </Banner>
  )
}
