import type { Mapping } from '#app/core/profile/mapped-fields.ts'
import type { MappingView } from '#app/core/report/mapping-view.ts'

/** What a part of the form shows and changes. */
export interface PartProps {
  readonly view: MappingView
  /** As it is edited. */
  readonly mapping: Mapping
  readonly disabled: boolean
  /** Changes the mapping as it is then. Always the same function. */
  readonly update: (changed: (mapping: Mapping) => Mapping) => void
}
