import { useCallback, useRef, useState } from 'react'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { SettingView } from '#app/core/report/setting-view.ts'
import type { TryingOut } from './try-out.tsx'

/** What a page provides for saving a choice. */
export interface SaveActions<Choice> {
  readonly save: (version: number, choice: Choice) => void
  readonly saving: boolean
  /** The result of the last save, once the page shows the saved choice; null before. */
  readonly answer: IntegrationChange | null
  /** How a draft is played without being saved; absent for a choice that sends no profiles. */
  readonly trying?: TryingOut
}

/** How a choice is edited. */
export interface Editing<Choice, Fields> {
  /** The fields of the form that show a choice. */
  readonly fieldsOf: (choice: Choice) => Fields
  /** The choice that the fields make; null while it may not be saved. */
  readonly choiceOf: (fields: Fields) => Choice | null
  /** Errors are shown once Save was pressed; otherwise at once. */
  readonly checksLate?: boolean
}

/** A choice while it is edited. */
export interface SettingDraft<Choice, Fields = Choice> extends DraftState {
  readonly fields: Fields
  /** What would be saved; null while it may not be. */
  readonly chosen: Choice | null
  readonly change: (fields: Fields) => void
  /** The same, from the fields as they are then. It never changes, so that parts of a form that show other fields need not be drawn again. */
  readonly update: (changed: (fields: Fields) => Fields) => void
  /** Changes the fields and saves them at once, if they may be saved. */
  readonly saveAs: (fields: Fields) => void
}

export interface DraftState {
  /** What would be saved; null while it may not be. */
  readonly chosen?: unknown
  /** The form accepts no input while the choice is being saved. */
  readonly disabled: boolean
  /** The choice may not be saved, and the form shows why. */
  readonly faulty: boolean
  /** Why the last save was refused; null once that was dismissed, or something is edited. */
  readonly refused: IntegrationChange | null
  readonly dismiss: () => void
  /** Whether there is something to save or to discard. */
  readonly dirty: boolean
  readonly save: () => void
  readonly discard: () => void
  /** How it is played without being saved; absent if it cannot be. */
  readonly trying?: TryingOut | undefined
}

/**
 * The draft of a choice, until it is saved or discarded. A draft that was refused because the page was out of date is kept, so that the
 * merchant can compare it with the current settings and save it again.
 */
export function useSetting<Choice, Fields>(
  view: Pick<SettingView<Choice>, 'version' | 'choice'>,
  { save, saving, answer, trying }: SaveActions<Choice>,
  { fieldsOf, choiceOf, checksLate = false }: Editing<Choice, Fields>,
): SettingDraft<Choice, Fields> {
  const [draft, setDraft] = useState<{ version: number; fields: Fields } | null>(null)
  const [pressed, setPressed] = useState(false)
  const [refused, setRefused] = useState(answer)
  // Each answer is handled once.
  const [seen, setSeen] = useState(answer)
  if (seen !== answer) {
    setSeen(answer)
    setRefused(answer)
    if (answer?.kind === 'saved') discard()
    if (answer?.kind === 'stale' && draft) setDraft({ ...draft, version: view.version })
  }
  function discard() {
    setDraft(null)
    setPressed(false)
  }

  const { version, fields } = draft ?? { version: view.version, fields: fieldsOf(view.choice) }
  const shown = useRef({ version, fields })
  shown.current = { version, fields }
  const update = useCallback((changed: (fields: Fields) => Fields) => {
    setRefused(null)
    setDraft((before) => {
      const { version, fields } = before ?? shown.current
      return { version, fields: changed(fields) }
    })
  }, [])
  const chosen = choiceOf(fields)
  const dirty = draft !== null && JSON.stringify(chosen ?? fields) !== JSON.stringify(view.choice)
  return {
    fields,
    chosen,
    change: (changed) => {
      setRefused(null)
      setDraft({ version, fields: changed })
    },
    update,
    disabled: saving,
    faulty: chosen === null && (pressed || !checksLate),
    refused,
    dismiss: () => setRefused(null),
    dirty,
    save: () => {
      setPressed(true)
      if (chosen !== null && dirty && !saving) save(version, chosen)
    },
    discard,
    trying,
    saveAs: (changed) => {
      setRefused(null)
      setDraft({ version, fields: changed })
      const choice = choiceOf(changed)
      if (choice !== null && !saving) save(version, choice)
    },
  }
}

/** A choice that is edited as it is: `isValid` says whether it may be saved. */
export function asItIs<Choice>(isValid: (choice: Choice) => boolean): Editing<Choice, Choice> {
  return { fieldsOf: (choice) => choice, choiceOf: (choice) => (isValid(choice) ? choice : null) }
}
