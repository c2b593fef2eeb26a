import { Banner } from '@shopify/polaris'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { deliveryCopy, listProblemCopy } from '../copy/delivery.ts'
import { pages } from '../pages.ts'

/** The chosen list takes no profiles. On its own page, what to do stands below. */
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
      {...(linked && { action: { content: deliveryCopy.open, url: pages.delivery } })}
    >
      <p>{body}</p>
    </Banner>
  )
}
