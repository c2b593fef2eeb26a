import { Banner, Page } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'

/** Renders in place of a page that failed, inside the app's frame. */
export function PageFailed({ onRetry, retrying }: { onRetry: () => void; retrying: boolean }) {
  const { t } = useTranslation()
  return (
    <Page>
      <Banner
        tone="critical"
        title={t('failure.title')}
        action={{ content: t('failure.retry'), onAction: onRetry, loading: retrying }}
      >
        <p>{t('failure.body')}</p>
      </Banner>
    </Page>
  )
}

export function PageNotFound() {
  const { t } = useTranslation()
  return (
    <Page>
      <Banner tone="warning" title={t('failure.notFoundTitle')}>
        <p>{t('failure.notFoundBody')}</p>
      </Banner>
    </Page>
  )
}
