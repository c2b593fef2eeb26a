import { expect, test } from 'vitest'
import { autocommit, rowsOf, sql } from '#app/store/database.ts'
import { useStore } from './given-store.ts'

useStore()

test('characters that Postgres does not accept are removed from a text before it is stored, in lists too', async () => {
  const odd = 'Love\0la\ud83dce 😀'
  const [row] = await rowsOf(sql`select ${odd}::text as one, ${[odd, 'as it is']}::text[] as many`, autocommit)

  expect(row).toEqual({ one: 'Lovelace 😀', many: ['Lovelace 😀', 'as it is'] })
})

test('values of other kinds are stored as they are', async () => {
  const [row] = await rowsOf(
    sql`select ${Buffer.from([0, 255])}::bytea as bytes, ${null}::text as nothing, ${7}::int as seven`,
    autocommit,
  )

  expect(row).toEqual({ bytes: Buffer.from([0, 255]), nothing: null, seven: 7 })
})
