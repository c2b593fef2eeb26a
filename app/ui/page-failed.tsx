import { Banner, Button } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import { AppPage } from './frame/app-page.tsx'
import { pages } from './pages.ts'

/** Renders in place of a page that failed, inside the app's frame. */
export function PageFailed({ onRetry, retrying }: { onRetry: () => void; retrying: boolean }) {
  const { t } = useTranslation()
  return (
    <AppPage title={t('failure.title')}>
      <Banner tone="critical" action={{ content: t('failure.retry'), onAction: onRetry, loading: retrying }}>
        <p>{t('failure.body')}</p>
      </Banner>
    </AppPage>
  )
}

/** The shop asked for something more often than it may. */
export function TooOften({ onRetry, retrying }: { onRetry: () => void; retrying: boolean }) {
  const { t } = useTranslation()
  return (
    <AppPage title={t('limits.title')}>
      <Banner tone="warning" action={{ content: t('failure.retry'), onAction: onRetry, loading: retrying }}>
        <p>{t('limits.tooOften')}</p>
      </Banner>
    </AppPage>
  )
}

/** Shopify accepts the page's token no more. */
export function PageSignedOut() {
  const { t } = useTranslation()
  return (
    <AppPage title={t('failure.sessionTitle')}>
      <Banner tone="warning">
        <p>{t('failure.sessionBody')}</p>
      </Banner>
    </AppPage>
  )
}

/** Beside it the app's menu stays. */
export function PageNotFound() {
  const { t } = useTranslation()
  return (
    <AppPage title={t('failure.notFoundTitle')}>
      <Banner tone="warning">
        <p>{t('failure.notFoundBody')}</p>
        <Button variant="plain" url={pages.home}>
          {t('failure.goHome')}
        </Button>
      </Banner>
    </AppPage>
  )
}
