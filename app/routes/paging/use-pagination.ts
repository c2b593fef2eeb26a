import { useLocation, useNavigate } from '@remix-run/react'
import type { PageLinks } from '#app/ui/paging.tsx'

interface Place {
  /** The cursor of the page that is shown; null on the first one. */
  readonly after: string | null
  readonly next: string | null
  readonly pageAfter: (cursor: string | null) => string
}

/** The links to the next and the previous page. The cursors of previous pages are kept in the browser's history, as a cursor leads only forward. */
export function usePagination({ after, next, pageAfter }: Place): PageLinks {
  const navigate = useNavigate()
  const cameBy = trailOf(useLocation().state)

  function turnTo(cursor: string | null, trail: readonly (string | null)[]) {
    navigate(pageAfter(cursor), { state: trail })
  }

  return {
    onPrevious: after === null ? null : () => turnTo(cameBy.at(-1) ?? null, cameBy.slice(0, -1)),
    onNext: next === null ? null : () => turnTo(next, [...cameBy, after]),
  }
}

function trailOf(state: unknown): readonly (string | null)[] {
  if (!Array.isArray(state)) return []
  return state.filter((cursor: unknown) => cursor === null || typeof cursor === 'string')
}
