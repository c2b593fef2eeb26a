import { expect, inject, test } from 'vitest'
import { distribute, distributedTables, notDistributed } from '../../../prisma/distribute.ts'
import { useStore } from '../given-store.ts'
import { tables } from './tables.ts'

const store = useStore()

test('every table is either distributed by its shop or has a reason not to be', () => {
  const distributed = new Map(distributedTables.map(({ table, column }) => [table as string, column]))
  expect([...distributed.keys(), ...Object.keys(notDistributed)].sort()).toEqual([...tables.keys()].sort())
  for (const [table, column] of distributed) expect(tables.get(table)?.shopColumn, table).toBe(column)
})

test('every key of a distributed table begins with the shop', async () => {
  const keys = await store.rows(
    `select c.relname as table, a.attname as first from pg_index i join pg_class c on c.oid = i.indrelid
       join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0]
     where i.indisunique and c.relname = any($1)`,
    distributedTables.map(({ table }) => table),
  )
  const others = keys.filter((key) => key.first !== tables.get(key.table)?.shopColumn).map((key) => key.table)
  expect(keys.length).toBeGreaterThanOrEqual(distributedTables.length)
  expect(others).toEqual([])
})

test('no table has what Citus cannot distribute: a trigger, or a foreign key', async () => {
  const triggers = await store.rows(
    `select distinct tgrelid::regclass::text as table from pg_trigger where not tgisinternal and tgname not like 'truncate_trigger%'`,
  )
  expect(triggers).toEqual([])
  expect(
    await store.rows(`select conname from pg_constraint where contype = 'f' and connamespace = 'public'::regnamespace`),
  ).toEqual([])
})

test('distributing a second time changes nothing, and where there is no Citus, it says so', async () => {
  const said: string[] = []
  expect(await distribute(store.url, { report: (sentence) => said.push(sentence) })).toBe(inject('isDistributed'))
  if (!inject('isDistributed')) expect(said).toEqual([expect.stringContaining('This Postgres has no Citus')])
  else expect(said.filter((sentence) => sentence.includes('distributed by'))).toEqual([])
})
