import { useEffect } from 'react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { changeToast } from './copy/integration.ts'
import { toast } from './toast.ts'

/** Says once of each change that it was made; what kept one from being made is told on the page. */
export function useChangeToast(change: IntegrationChange | undefined): void {
  useEffect(() => {
    const words = change && changeToast(change)
    if (words) toast(words)
  }, [change])
}
