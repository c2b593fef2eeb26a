import { useFetcher } from '@remix-run/react'
import { useEffect, useRef, useState } from 'react'
import type { CustomerSearchResult } from '#app/core/report/customer-search.ts'
import type { CustomerSearchBox } from '#app/ui/customers/search-results.tsx'
import { pages } from '#app/ui/pages.ts'

/** How long nothing is typed before it is searched for, in milliseconds. */
const TYPED_MS = 350

/** Searches for what is typed, a moment after the last letter. What is typed leaves the page in a request's body only. */
export function useCustomerSearch(): CustomerSearchBox {
  const [text, setText] = useState('')
  const { submit, data, state } = useFetcher<CustomerSearchResult>()
  const asked = useRef('')
  const wanted = text.trim()
  useEffect(() => {
    if (wanted === asked.current) return
    const timer = setTimeout(() => {
      asked.current = wanted
      if (wanted !== '') submit({ intent: 'search', text: wanted }, { method: 'post', action: pages.customers })
    }, TYPED_MS)
    return () => clearTimeout(timer)
  }, [wanted, submit])
  const searching = wanted !== '' && (state !== 'idle' || wanted !== asked.current)
  return { text, setText, searching, result: wanted === '' || searching ? null : (data ?? null) }
}
