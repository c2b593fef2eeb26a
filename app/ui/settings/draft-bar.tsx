import { SaveBar } from '@shopify/app-bridge-react'
import { draftCopy } from '../copy/draft.ts'

interface DraftBarProps {
  readonly id: string
  readonly saving: boolean
  /** Null while the draft is not valid. */
  readonly onSave: (() => void) | null
  readonly onDiscard: () => void
}

/** The save bar. Rendered only while there is a draft. */
export function DraftBar({ id, saving, onSave, onDiscard }: DraftBarProps) {
  return (
    <SaveBar open id={id}>
      <button
        type="button"
        variant="primary"
        disabled={onSave === null}
        onClick={() => !saving && onSave?.()}
        {...(saving && { loading: '' })}
      >
        {draftCopy.save}
      </button>
      <button type="button" onClick={onDiscard}>
        {draftCopy.discard}
      </button>
    </SaveBar>
  )
}
