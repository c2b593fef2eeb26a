import { type ShouldRevalidateFunctionArgs, useFetcher, useNavigate } from '@remix-run/react'
import type { DryRunStart } from '#app/core/report/dry-run-view.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { pages } from '#app/ui/pages.ts'
import type { TryingOut } from '#app/ui/settings/try-out.tsx'
import type { SaveActions } from '#app/ui/settings/use-setting.ts'
import { useChangeToast } from '#app/ui/use-change-toast.ts'

/** Saves a choice by the page's own action, and shows a toast once it is saved. */
export function useSaving<Choice>(): SaveActions<Choice> {
  const saving = useFetcher<IntegrationChange>()
  useChangeToast(saving.data)
  const idle = saving.state === 'idle'
  return {
    save: (version, choice) =>
      saving.submit({ intent: 'save', version, choice: JSON.stringify(choice) }, { method: 'post' }),
    saving: !idle,
    answer: idle ? (saving.data ?? null) : null,
  }
}

/** A question changes nothing: the loader has to run again only after a save. */
export function afterSaving({ formData, defaultShouldRevalidate }: ShouldRevalidateFunctionArgs): boolean {
  return formData && formData.get('intent') !== 'save' ? false : defaultShouldRevalidate
}

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
