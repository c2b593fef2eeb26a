import { defaultMapping, type MappedMetafield, type Mapping } from '#app/core/profile/mapped-fields.ts'

/** The default mapping, except for what differs. */
export function givenMapping(differs: Partial<Mapping> = {}): Mapping {
  return { ...defaultMapping, ...differs }
}

/** `loyalty.<key>` under the name `name`, sent. */
export function givenMetafield(differs: Partial<MappedMetafield> = {}): MappedMetafield {
  return { namespace: 'loyalty', key: 'points', type: 'number_integer', name: 'points', on: true, ...differs }
}
