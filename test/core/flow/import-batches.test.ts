import fc from 'fast-check'
import { expect, test } from 'vitest'
import { importBatches, MAX_IMPORT_BYTES, MAX_IMPORT_PROFILES } from '#app/core/flow/import-batches.ts'

test('every batch fits one import, by bytes and by count; order is kept and nothing is missing', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 100_000 }), { maxLength: 500 }), (sizes) => {
      const batches = importBatches(sizes.map((bytes) => ({ bytes })))
      expect(batches.flat().map(({ bytes }) => bytes)).toEqual(sizes)
      for (const batch of batches) {
        expect(batch.length).toBeGreaterThan(0)
        expect(batch.reduce((total, { bytes }) => total + bytes, 0)).toBeLessThanOrEqual(MAX_IMPORT_BYTES)
      }
    }),
  )
})

test('small profiles are cut by count', () => {
  const batches = importBatches(new Array(MAX_IMPORT_PROFILES * 2 + 1).fill({ bytes: 10 }))
  expect(batches.map((batch) => batch.length)).toEqual([MAX_IMPORT_PROFILES, MAX_IMPORT_PROFILES, 1])
})
