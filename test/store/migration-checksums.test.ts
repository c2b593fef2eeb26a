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
  // A new migration is added here with its checksum, once; a line that differs shows a migration that was edited.
  expect(found).toEqual(JSON.parse(readFileSync(kept, 'utf8')))
})

/** The last migration before this rule applied, when no shop had many rows. */
const LAST_EXEMPT = '20261127061000_issue_since'
/** Their rows grow with the customers, or with time and shops: building an index blocks every writer for minutes. */
const LARGE = [
  'profile',
  'dirty_customer',
  'loyalty_value',
  'outbox',
  'customer_membership',
  'profile_repair',
  'sync_hour',
  'synced_minute',
]

test('a migration builds the index of a large table concurrently, in a file of its own', () => {
  for (const name of Object.keys(JSON.parse(readFileSync(kept, 'utf8'))).filter((name) => name > LAST_EXEMPT)) {
    const text = readFileSync(`${dir}${name}/migration.sql`, 'utf8').replace(/^\s*--.*$/gm, '')
    const statements = text.split(';').filter((statement) => statement.trim() !== '')
    const made = [...text.matchAll(/create table "?(\w+)"?/gi)].map(([, table]) => table)
    for (const statement of statements) {
      const index = /^\s*create\s+(?:unique\s+)?index\s+(concurrently\s)?.*?\son\s+"?(\w+)"?/is.exec(statement)
      if (!index || made.includes(index[2]) || !LARGE.includes(index[2]!)) continue
      expect(index[1], name).toBeDefined()
      expect(statements, name).toHaveLength(1)
    }
  }
})
