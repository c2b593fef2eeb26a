import { useState } from 'react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'

/** What a page offers to save a choice by. */
export interface SaveActions<Choice> {
  readonly save: (version: number, choice: Choice) => void
  readonly saving: boolean
  /** What came of the last save, once the page shows what it made of the choice; null before. */
  readonly answer: IntegrationChange | null
}

export interface Draft<Fields> {
  /** Of the page on which it was begun, or which was last looked at. */
  readonly version: number
  readonly fields: Fields
  /** Whether anything was touched since it was saved or discarded. */
  readonly touched: boolean
  /** Why the last save was not made; null once it is read, or something is changed. */
  readonly refused: IntegrationChange | null
  readonly change: (fields: Fields) => void
  readonly discard: () => void
  readonly readRefusal: () => void
}

/**
 * What is being chosen on a page of the settings, until it is saved or discarded. What was chosen on a page that was too old stays, to be
 * looked at beside what is true now and saved after all.
 */
export function useDraft<Fields>(
  inForce: { readonly version: number; readonly fields: Fields },
  answer: IntegrationChange | null,
): Draft<Fields> {
  const [draft, setDraft] = useState<{ version: number; fields: Fields } | null>(null)
  const [refused, setRefused] = useState(answer)
  // Of each answer once.
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
