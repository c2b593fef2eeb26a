import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { rowTypes } from '../../../prisma/row-types.ts'

test('the types of rows are those of schema.prisma: npm run db:rows writes them', () => {
  const written = readFileSync(new URL('../../../app/store/generated/rows.ts', import.meta.url), 'utf8')
  expect(written).toBe(rowTypes())
})
