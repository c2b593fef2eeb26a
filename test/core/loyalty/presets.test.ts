import { expect, test } from 'vitest'
import { writersOf } from '#app/core/loyalty/foreign-names.ts'
import { presetIds } from '#app/core/loyalty/preset-ids.ts'
import { type Preset, presets } from '#app/core/loyalty/presets.ts'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { MappedValue } from '#app/core/profile/mapped-values.ts'
import { parseChoice } from '#app/core/settings/settings.ts'

const cases = presets.map((preset) => [preset.name, preset] as const)

test('each known app has a preset, in the order in which they are offered', () => {
  expect(presets.map(({ id }) => id)).toEqual(presetIds)
})

/** The rows of a preset with the first spot of each place, where it has a metafield or a tag of its own. */
function rowsOf({ places }: Preset): MappedValue[] {
  return places.map(({ property, reading, meaning, at: [spot] }, i) => {
    const found = { kind: 'metafield', namespace: 'found', key: `k${i}`, type: 'json', path: [] } as const
    if (spot?.kind === 'tag') return { on: true, name: property, reading, meaning, source: spot }
    if (spot?.kind !== 'metafield') return { on: true, name: property, reading, meaning, source: found }
    const { namespace, key, type, path } = spot
    return { on: true, name: property, reading, meaning, source: { kind: 'metafield', namespace, key, type, path } }
  })
}

test.each(cases)('what %s keeps can be saved as a mapping', (_, preset) => {
  const mapping = { ...defaultMapping, values: rowsOf(preset) }
  expect(parseChoice('mapping', mapping)).toEqual(mapping)
})

test.each(cases)(
  '%s has each meaning and each property once, and none that another app writes by itself',
  (_, preset) => {
    const [names, meanings] = [
      preset.places.map(({ property }) => property),
      preset.places.flatMap(({ meaning }) => meaning ?? []),
    ]
    expect(new Set(names).size).toBe(names.length)
    expect(new Set(meanings).size).toBe(meanings.length)
    expect(names.flatMap(writersOf)).toEqual([])
  },
)
