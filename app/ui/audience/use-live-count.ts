import { useEffect, useState } from 'react'
import type { CustomerCount } from '#app/core/report/customer-count.ts'
import type { Audience } from '#app/core/settings/audience.ts'
import { usePolling } from '../use-polling.ts'

export interface CountActions {
  /** Replaces a request that is not answered yet. */
  readonly count: (audience: Audience, again: boolean) => void
  readonly counting: boolean
  /** The newest answer; null before the first. */
  readonly counted: CustomerCount | null
}

export interface LiveCount {
  /** The count for the rules that are shown; null while it is not known. */
  readonly count: CustomerCount | null
  readonly counting: boolean
  readonly countAgain: () => void
}

/** Waits for a pause in typing. */
const PAUSE_MS = 500
const BETWEEN_LOOKS_MS = 2_000

/** Counts the customers that match the rules while these are edited. `rules` is null while nothing is to be counted. */
export function useLiveCount(audience: Audience | null, { count, counting, counted }: CountActions): LiveCount {
  const key = audience && JSON.stringify(audience)
  const [askedKey, setAskedKey] = useState<string | null>(null)
  const [received, setReceived] = useState<{ key: string | null; count: CustomerCount } | null>(null)
  const [seen, setSeen] = useState(counted)
  // Each answer is handled once. It belongs to the last request, as each request replaces the one before.
  if (seen !== counted) {
    setSeen(counted)
    if (counted) setReceived({ key: askedKey, count: counted })
  }

  function ask(again: boolean) {
    if (!audience) return
    setAskedKey(key)
    count(audience, again)
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: requested again when other rules are shown, and not on every render
  useEffect(() => {
    if (key === null) return
    const timer = setTimeout(() => ask(false), received === null ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [key])

  const known = received && received.key === key ? received.count : null
  usePolling({
    everyMs: BETWEEN_LOOKS_MS,
    refresh: () => {
      if (known?.kind === 'preparing' || known?.kind === 'unavailable') ask(false)
    },
    busy: counting,
  })
  return { count: known, counting: counting || known === null, countAgain: () => ask(true) }
}
