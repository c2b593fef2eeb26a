import { useNavigate } from '@remix-run/react'
import type { UnsyncedPage, UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { customersPage } from '#app/ui/pages.ts'
import type { PageLinks } from '#app/ui/paging.tsx'

interface Shown {
  readonly reason: UnsyncedReason
  readonly run: string | null
  readonly order: 'newest' | 'oldest'
  readonly page: Pick<UnsyncedPage, 'previous' | 'next'>
}

/** Leads to the page before and the page after: their addresses name the customers between them. */
export function useListMoves({ reason, run, order, page: { previous, next } }: Shown): PageLinks {
  const navigate = useNavigate()
  const place = { run, order }
  return {
    onPrevious: previous === null ? null : () => navigate(customersPage(reason, { ...place, before: previous })),
    onNext: next === null ? null : () => navigate(customersPage(reason, { ...place, after: next })),
  }
}
