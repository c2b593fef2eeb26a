import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import { changeToast } from './copy/integration.ts'
import { toast } from './toast.ts'

/** Shows one toast for each change that was made. Why a change was not made is shown on the page. */
export function useChangeToast(change: IntegrationChange | undefined): void {
  const { t } = useTranslation()
  useEffect(() => {
    const words = change && changeToast(t, change)
    if (words) toast(words)
  }, [change, t])
}
