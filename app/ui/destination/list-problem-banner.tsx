import { Banner } from '@shopify/polaris'
import { useTranslation } from 'react-i18next'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { pages } from '../pages.ts'

/** The chosen list accepts no profiles. The page that this links to says what to do. */
export function ListProblemBanner({
  problem,
  linked = false,
}: {
  problem: NonNullable<SyncCard['listProblem']>
  linked?: boolean
}) {
  const { t } = useTranslation()
  const { why, list } = problem
  return (
    <Banner
      tone="warning"
      title={t(`destination.listProblem.${why}.title`, { list })}
      {...(linked && { action: { content: t('destination.open'), url: pages.destination } })}
    >
      <p>{t(`destination.listProblem.${why}.body`)}</p>
    </Banner>
  )
}
