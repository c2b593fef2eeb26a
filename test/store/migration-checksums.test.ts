import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const dir = new URL('../../prisma/migrations/', import.meta.url).pathname
const kept = new URL('./migration-checksums.json', import.meta.url).pathname

test('a migration that was applied somewhere is never edited: what is to be otherwise is a new one', () => {
  const names = readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? entry.name : []))
  const found = Object.fromEntries(
    names.sort().map((name) => {
      const text = readFileSync(`${dir}${name}/migration.sql`, 'utf8')
      return [name, createHash('sha256').update(text).digest('hex')]
    }),
  )
  // A new migration is added here with its checksum, once; a line that differs names a migration that was edited.
  expect(found).toEqual(JSON.parse(readFileSync(kept, 'utf8')))
})
