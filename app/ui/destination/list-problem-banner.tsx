import { Banner } from '@shopify/polaris'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { destinationCopy, listProblemCopy } from '../copy/destination.ts'
import { pages } from '../pages.ts'

/** The chosen list accepts no profiles. The page that this links to says what to do. */
export function ListProblemBanner({
  problem,
  linked = false,
}: {
  problem: NonNullable<SyncCard['listProblem']>
  linked?: boolean
}) {
  const { title, body } = listProblemCopy(problem)
  return (
    <Banner
      tone="warning"
      title={title}
      {...(linked && { action: { content: destinationCopy.open, url: pages.destination } })}
    >
      <p>{body}</p>
    </Banner>
  )
}
