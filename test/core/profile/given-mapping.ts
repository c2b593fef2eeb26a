import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import {
  type MappedValue,
  type MetafieldSource,
  plainReading,
  type ValueReading,
} from '#app/core/profile/mapped-values.ts'

/** The default mapping, except for what differs. */
export function givenMapping(differs: Partial<Mapping> = {}): Mapping {
  return { ...defaultMapping, ...differs }
}

type Differs = Partial<
  MetafieldSource & Pick<MappedValue, 'on' | 'name' | 'meaning'> & { reading: Partial<ValueReading> }
>

/** The metafield `loyalty.points` under the name `points`, sent, except for what differs. */
export function givenValue({
  on = true,
  name = 'points',
  meaning = null,
  reading,
  ...source
}: Differs = {}): MappedValue {
  return {
    ...{ on, name, meaning, reading: { ...plainReading, ...reading } },
    source: { kind: 'metafield', namespace: 'loyalty', key: 'points', type: 'number_integer', path: [], ...source },
  }
}

/** The tag that begins with `prefix`, sent under the name `tier`. */
export function givenTagValue(prefix: string, reading: Partial<ValueReading> = {}): MappedValue {
  return {
    ...{ on: true, name: 'tier', meaning: 'tier', reading: { ...plainReading, ...reading } },
    source: { kind: 'tag', prefix },
  }
}
