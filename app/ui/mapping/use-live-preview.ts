import { useEffect, useState } from 'react'
import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingPreview } from '#app/core/report/mapping-view.ts'

export interface PreviewActions {
  /** Replaces a request that is not answered yet. `query` is an email address or a customer number; empty for any customer. */
  readonly preview: (query: string, mapping: Mapping) => void
  readonly previewing: boolean
  /** The newest answer; null before the first. */
  readonly previewed: MappingPreview | null
}

export interface LivePreview {
  /** The newest preview; null before the first. */
  readonly preview: MappingPreview | null
  /** The preview is of what was shown before, and another one is on its way. */
  readonly stale: boolean
  readonly showCustomer: (query: string) => void
}

/** Waits for a pause in typing. */
const PAUSE_MS = 500

/** Shows what would be sent of one customer, again after every change. `mapping` is null while it may not be saved. */
export function useLivePreview(
  mapping: Mapping | null,
  { preview, previewing, previewed }: PreviewActions,
): LivePreview {
  const [query, setQuery] = useState('')
  const key = mapping && JSON.stringify([query, mapping])
  const [askedKey, setAskedKey] = useState<string | null>(null)
  const [received, setReceived] = useState<{ key: string | null; preview: MappingPreview } | null>(null)
  const [seen, setSeen] = useState(previewed)
  // Each answer is handled once. It belongs to the last request, as each request replaces the one before.
  if (seen !== previewed) {
    setSeen(previewed)
    if (previewed) setReceived({ key: askedKey, preview: previewed })
  }

  // biome-ignore lint/correctness/useExhaustiveDependencies: requested again when something else is shown, and not on every render
  useEffect(() => {
    if (key === null || mapping === null) return
    const ask = () => {
      setAskedKey(key)
      preview(query, mapping)
    }
    const timer = setTimeout(ask, askedKey === null ? 0 : PAUSE_MS)
    return () => clearTimeout(timer)
  }, [key])

  return {
    preview: received?.preview ?? null,
    stale: previewing || received?.key !== key,
    showCustomer: setQuery,
  }
}
