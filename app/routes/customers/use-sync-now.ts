import { useFetcher } from '@remix-run/react'
import { useEffect } from 'react'
import { useTranslation } from 'react-i18next'
import type { SyncNow } from '#app/core/report/sync-now.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import type { SyncActions } from '#app/ui/customers/sync-actions.ts'
import { pages } from '#app/ui/pages.ts'
import { toast } from '#app/ui/toast.ts'

/** Asks that customers are synced now, and says in a toast how many are. */
export function useSyncNow(): SyncActions {
  const { t } = useTranslation()
  const { submit, data, state } = useFetcher<SyncNow>()
  useEffect(() => {
    if (data) toast(t(`customers.asked.${data.kind}`, { customers: 'customers' in data ? data.customers : 0 }))
  }, [data, t])
  const post = (fields: Record<string, string>) => submit(fields, { method: 'post', action: pages.customers })
  return {
    busy: state !== 'idle',
    syncNow: (customerIds) => post({ intent: 'sync_now', ids: customerIds.join(',') }),
    retry: (reason: UnsyncedReason) => post({ intent: 'retry', reason }),
  }
}
