import type { FieldName } from '../profile/field-names.ts'
import { defaultMapping, type Mapping, mappingsEquivalent } from '../profile/mapped-fields.ts'
import { isFaulty, mappingFaults } from '../profile/mapping-faults.ts'
import { plainSharing, type Sharing } from '../profile/sharing.ts'
import type { Setting } from './setting.ts'

/** What is sent. mappingFaults returns why a mapping may not be saved, row by row. */
export const mappingSetting: Setting<Mapping> = {
  initial: defaultMapping,
  isValid: (mapping) => !isFaulty(mappingFaults(mapping)),
  needsComparison: (before, next) => !mappingsEquivalent(before, next),
}

/** The mapping with which a shop's customers are sent now, and what remains of earlier ones. */
export interface MappingInForce {
  readonly mapping: Mapping
  /** What of it is written, and under which names, if other shops write to the same account. */
  readonly sharing: Sharing
  /** Fields that were delivered once and stay in Klaviyo: they are never cleared. */
  readonly forgotten: readonly FieldName[]
  /** When the mapping last changed; null if it never did. */
  readonly changedAt: Date | null
}

export const defaultInForce: MappingInForce = {
  mapping: defaultMapping,
  sharing: plainSharing,
  forgotten: [],
  changedAt: null,
}
