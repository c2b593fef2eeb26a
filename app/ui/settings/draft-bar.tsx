import { SaveBar } from '@shopify/app-bridge-react'
import { draftCopy } from '../copy/draft.ts'

interface DraftBarProps {
  readonly id: string
  readonly saving: boolean
  /** Null while what is chosen cannot be saved. */
  readonly onSave: (() => void) | null
  readonly onDiscard: () => void
}

/** The bar by which a draft is saved or discarded. Drawn only while there is one. */
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
