import { useFetcher } from '@remix-run/react'
import { useCallback, useEffect } from 'react'
import type { FullSyncStart } from '#app/core/report/full-sync-start.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { GuidePart, MarkedStep } from '#app/core/report/setup-guide.ts'
import type { GuideActions } from '#app/ui/guide/guide-actions.ts'
import { pages } from '#app/ui/pages.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'

/** How soon customers are counted again while Shopify is still writing them down. */
const COUNT_AGAIN_MS = 3_000

type PartOf<Step extends MarkedStep> = Extract<GuidePart, { step: Step }>

interface Started {
  readonly start: () => void
  readonly starting: boolean
  readonly answer: FullSyncStart | null
}

/** What the setup guide asks for. `busy` while something is being changed. */
export function useGuide(toHome: { method: 'post'; action: string }, started: Started) {
  const loyalty = usePart('loyalty')
  const customers = usePart('customers')
  const mark = useFetcher()
  const saving = useFetcher<IntegrationChange>()
  useChangeToast(saving.data)

  const counting = customers.part?.count.kind === 'preparing'
  const { reload } = customers
  useEffect(() => {
    if (!counting) return
    const again = setInterval(() => document.hidden || reload(), COUNT_AGAIN_MS)
    return () => clearInterval(again)
  }, [counting, reload])
  // What was saved is shown, or what somebody else has saved meanwhile.
  useEffect(() => {
    if (saving.data) reload()
  }, [saving.data, reload])

  const reloadLoyalty = loyalty.reload
  const load = useCallback(
    (step: MarkedStep) => (step === 'loyalty' ? reloadLoyalty() : reload()),
    [reloadLoyalty, reload],
  )
  const actions: GuideActions = {
    parts: { loyalty: loyalty.part, customers: customers.part },
    load,
    mark: (step, done) => mark.submit({ intent: 'guide_step', step, done }, toHome),
    hide: (hidden) => mark.submit({ intent: 'guide_hidden', hidden }, toHome),
    saveDestination: (version, choice) =>
      saving.submit(
        { intent: 'save', version, choice: JSON.stringify(choice) },
        { method: 'post', action: pages.destination },
      ),
    saving: saving.state !== 'idle',
    ...started,
  }
  return { actions, busy: mark.state !== 'idle' || saving.state !== 'idle' }
}

function usePart<Step extends MarkedStep>(step: Step): { part: PartOf<Step> | null; reload: () => void } {
  const { load, data } = useFetcher<PartOf<Step>>()
  const reload = useCallback(() => load(`${pages.guide}?${new URLSearchParams({ step })}`), [load, step])
  return { part: (data as PartOf<Step> | undefined) ?? null, reload }
}
