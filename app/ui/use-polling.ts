import { useEffect, useRef } from 'react'

interface Polling {
  readonly everyMs: number
  readonly refresh: () => void
  /** A refresh is under way, so that none is started. */
  readonly busy: boolean
}

/** Refreshes while the page is visible, and at once when it becomes visible again. */
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

/** Returns a function that stops it. */
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
