import { useFetcher } from '@remix-run/react'
import { useEffect } from 'react'
import type { LiveNames } from '#app/core/report/unsynced-customers.ts'
import type { NamesInSight } from '#app/ui/customers/customer-name.tsx'
import { pages } from '#app/ui/pages.ts'

/** Reads the names of the customers in sight, and asks again by itself while Shopify does not answer. */
export function useLiveNames(customers: readonly { readonly customerId: string }[]): NamesInSight {
  const { submit, data, state } = useFetcher<LiveNames>()
  const ids = customers.map(({ customerId }) => customerId).join(',')
  useEffect(() => {
    if (ids !== '') submit({ intent: 'names', ids }, { method: 'post', action: pages.customers })
  }, [ids, submit])
  const retryMs = state === 'idle' && data?.kind === 'unavailable' ? data.retryMs : null
  useEffect(() => {
    if (retryMs === null || ids === '') return
    const again = () => submit({ intent: 'names', ids }, { method: 'post', action: pages.customers })
    const timer = setTimeout(again, retryMs)
    return () => clearTimeout(timer)
  }, [retryMs, ids, submit])
  // Those of the page before are shown for no other: each name stands under its customer's number.
  const names = data?.kind === 'names' ? data.names : null
  return { names: state === 'idle' ? names : known(names, customers), late: data?.kind === 'unavailable' }
}

/** While names are being read, only those are shown that are known to be these customers'. */
function known(
  names: NamesInSight['names'],
  customers: readonly { readonly customerId: string }[],
): NamesInSight['names'] {
  return names && customers.some(({ customerId }) => customerId in names) ? names : null
}
