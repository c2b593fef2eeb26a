import { useFetcher, useNavigate } from '@remix-run/react'
import type { DryRunStart } from '#app/core/report/dry-run-view.ts'
import { pages } from '#app/ui/pages.ts'
import type { TryingOut } from '#app/ui/settings/try-out.tsx'

/** Plays a draft of a choice, by the action of the page of dry runs. */
export function useTryOut(subject: 'audience' | 'mapping' | 'destination'): TryingOut {
  const { submit, data, state } = useFetcher<DryRunStart>()
  const navigate = useNavigate()
  return {
    tryOut: (choice) =>
      submit({ intent: 'start', subject, choice: JSON.stringify(choice) }, { method: 'post', action: pages.dryRun }),
    trying: state !== 'idle',
    answer: state === 'idle' ? (data ?? null) : null,
    // In a later task: the save bar of the draft has to be gone, or leaving would be asked about.
    open: () => setTimeout(() => navigate(pages.dryRun)),
  }
}
