import { useFetcher } from '@remix-run/react'
import { useCallback, useState } from 'react'
import type { History } from '#app/core/report/history.ts'
import { pages } from '#app/ui/pages.ts'
import { usePolling } from '#app/ui/use-polling.ts'

const EVERY_MS = 60_000

/** The numbers of the chart: loaded once it is seen, and again every minute while the page is visible. */
export function useHistory() {
  const { load, data, state } = useFetcher<{ history: History }>()
  const [seen, setSeen] = useState(false)
  usePolling({ everyMs: EVERY_MS, refresh: () => load(pages.history), busy: !seen || state !== 'idle' })
  const onSeen = useCallback(() => {
    setSeen(true)
    load(pages.history)
  }, [load])
  return { history: data?.history ?? null, failed: seen && state === 'idle' && data === undefined, onSeen }
}
