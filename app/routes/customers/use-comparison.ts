import { useFetcher, useRevalidator } from '@remix-run/react'
import { useCallback, useEffect } from 'react'
import type { LiveCustomer } from '#app/core/report/customer-view.ts'
import type { Comparison } from '#app/ui/customers/live-comparison.tsx'
import { customerPage } from '#app/ui/pages.ts'

/** Reads both sides when the page is opened, and again when `changed` says that something was sent or read since. */
export function useComparison(
  customerId: string,
  changed: string | null,
): Comparison & { readonly lookAgain: () => void; readonly looking: boolean } {
  const { submit, data, state } = useFetcher<LiveCustomer>()
  const { revalidate, state: looking } = useRevalidator()
  const read = useCallback(
    () => submit({ intent: 'compare' }, { method: 'post', action: customerPage(customerId) }),
    [customerId, submit],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: read again when something has changed
  useEffect(read, [read, changed])
  const busy = state !== 'idle'
  return { live: data ?? null, busy, refresh: read, lookAgain: revalidate, looking: busy || looking !== 'idle' }
}
