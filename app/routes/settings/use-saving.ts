import { type ShouldRevalidateFunctionArgs, useFetcher } from '@remix-run/react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
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
