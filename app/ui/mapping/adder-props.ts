import type { ValueSource } from '#app/core/profile/mapped-values.ts'

/** Adds a source of values to the mapping. */
export interface AdderProps {
  readonly disabled: boolean
  readonly isMapped: (source: ValueSource) => boolean
  readonly onAdd: (source: ValueSource) => void
}
