import { useState } from 'react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'

/** What a page provides for saving a choice. */
export interface SaveActions<Choice> {
  readonly save: (version: number, choice: Choice) => void
  readonly saving: boolean
  /** The result of the last save, once the page shows the saved choice; null before. */
  readonly answer: IntegrationChange | null
}

export interface Draft<Fields> {
  /** The version of the page on which the draft was started, or that was last seen. */
  readonly version: number
  readonly fields: Fields
  /** Whether anything was edited since the last save or discard. */
  readonly touched: boolean
  /** Why the last save was refused; null once it was dismissed, or something is edited. */
  readonly refused: IntegrationChange | null
  readonly change: (fields: Fields) => void
  readonly discard: () => void
  readonly readRefusal: () => void
}

/**
 * The draft of a settings page, until it is saved or discarded. A draft that was refused because the page was outdated is kept, so that the
 * merchant can compare it with the current settings and save it again.
 */
export function useDraft<Fields>(
  inForce: { readonly version: number; readonly fields: Fields },
  answer: IntegrationChange | null,
): Draft<Fields> {
  const [draft, setDraft] = useState<{ version: number; fields: Fields } | null>(null)
  const [refused, setRefused] = useState(answer)
  // Each answer is handled once.
  const [seen, setSeen] = useState(answer)
  if (seen !== answer) {
    setSeen(answer)
    setRefused(answer)
    if (answer?.kind.endsWith('_saved')) setDraft(null)
    if (answer?.kind === 'stale' && draft) setDraft({ ...draft, version: inForce.version })
  }
  const { version, fields } = draft ?? inForce
  return {
    version,
    fields,
    touched: draft !== null,
    refused,
    change: (changed) => {
      setRefused(null)
      setDraft({ version, fields: changed })
    },
    discard: () => setDraft(null),
    readRefusal: () => setRefused(null),
  }
}
