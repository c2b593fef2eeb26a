import { useTranslation } from 'react-i18next'
import { pageAt } from '../pages.ts'
import { AppPage } from './app-page.tsx'

/** Stands for a page that is being loaded: its title, and where its cards will be. */
export function PageSkeleton({ path }: { path: string }) {
  const { t } = useTranslation()
  const page = pageAt(path)
  return (
    <AppPage title={page ? t(`pages.${page}`) : t('pages.loading')}>
      <div className="ls-skeleton" role="status" aria-label={t('pages.loading')}>
        {[5, 3, 4].map((lines) => (
          <div key={lines} className="ls-skeleton-card">
            {Array.from({ length: lines }, (_, line) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines without content
              <span key={line} className="ls-skeleton-line" />
            ))}
          </div>
        ))}
      </div>
    </AppPage>
  )
}
