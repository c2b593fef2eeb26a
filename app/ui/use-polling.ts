import { useEffect, useRef } from 'react'

interface Polling {
  readonly everyMs: number
  readonly refresh: () => void
  /** A refresh is under way, so that none is started. */
  readonly busy: boolean
}

/** Refreshes while somebody can see the page, and at once when it comes into sight again. */
export function usePolling(polling: Polling): void {
  const latest = useRef(polling)
  useEffect(() => {
    latest.current = polling
  })
  useEffect(
    () =>
      pollWhileVisible(document, polling.everyMs, () => {
        if (!latest.current.busy) latest.current.refresh()
      }),
    [polling.everyMs],
  )
}

type Page = Pick<Document, 'hidden' | 'addEventListener' | 'removeEventListener'>

/** Yields what ends it. */
export function pollWhileVisible(page: Page, everyMs: number, refresh: () => void): () => void {
  const refreshIfSeen = () => {
    if (!page.hidden) refresh()
  }
  const timer = setInterval(refreshIfSeen, everyMs)
  page.addEventListener('visibilitychange', refreshIfSeen)
  return () => {
    clearInterval(timer)
    page.removeEventListener('visibilitychange', refreshIfSeen)
  }
}
