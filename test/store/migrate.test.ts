import { randomUUID } from 'node:crypto'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect, inject, onTestFinished, test, vi } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { sourceName } from '#app/core/profile/mapped-values.ts'
import { storedChoice } from '#app/core/settings/settings.ts'
import { migrate } from '#app/store/migrate.ts'
import { rowsIn } from '#test/support/rows.ts'

const migrations = new URL('../../prisma/migrations', import.meta.url).pathname

async function givenEmptyDatabase(): Promise<string> {
  const name = `${inject('databasePrefix')}_${randomUUID().replaceAll('-', '')}`
  await rowsIn(inject('postgresUrl'), `create database ${name}`)
  onTestFinished(async () => void (await rowsIn(inject('postgresUrl'), `drop database ${name} with (force)`)))
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

function givenMigrations(texts: Readonly<Record<string, string>>): string {
  const dir = mkdtempSync(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rmSync(dir, { recursive: true }))
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(join(dir, name), { recursive: true })
    writeFileSync(join(dir, name, 'migration.sql'), text)
  }
  return dir
}

const namesIn = async (url: string) =>
  (await rowsIn(url, 'select migration_name from _prisma_migrations where finished_at is not null order by 1')).map(
    (row) => row.migration_name,
  )

test('an empty database is brought up to date, and a second time there is nothing to do', async () => {
  const url = await givenEmptyDatabase()

  const applied = await migrate(url, migrations)

  expect(applied).toContain('20261121000000_foundation')
  expect(await migrate(url, migrations)).toEqual([])
  expect(await namesIn(url)).toEqual(applied)
  expect(await rowsIn(url, 'select * from dirty_customer')).toEqual([])
})

test('of many processes that start at once, one migrates and the others find it done', async () => {
  const url = await givenEmptyDatabase()
  const applied = await Promise.all(Array.from({ length: 6 }, () => migrate(url, migrations)))
  expect(applied.flat()).toEqual(await namesIn(url))
})

test('migrations are applied in the order of their names, the new ones after the old', async () => {
  const url = await givenEmptyDatabase()
  const texts = { '1_one': 'create table one (n int)', '2_two': 'alter table one add column m int' }
  expect(await migrate(url, givenMigrations(texts))).toEqual(['1_one', '2_two'])
  const more = { ...texts, '3_three': 'alter table one drop column n' }
  expect(await migrate(url, givenMigrations(more))).toEqual(['3_three'])
})

test('a migration that fails is not applied at all, and can be corrected', async () => {
  const url = await givenEmptyDatabase()
  const half = { '1_one': 'create table one (n int); create table one (n int)' }
  await expect(migrate(url, givenMigrations(half))).rejects.toThrow('already exists')
  expect(await migrate(url, givenMigrations({ '1_one': 'create table one (n int)' }))).toEqual(['1_one'])
})

test('a migration that was changed after it was applied stops the start, by name', async () => {
  const url = await givenEmptyDatabase()
  await migrate(url, givenMigrations({ '1_one': 'create table one (n int)' }))
  await expect(migrate(url, givenMigrations({ '1_one': 'create table two (n int)' }))).rejects.toThrow(
    'Migration 1_one was changed after it was applied',
  )
})

test('a migration that Prisma did not finish stops the start, and says what to do', async () => {
  const url = await givenEmptyDatabase()
  const dir = givenMigrations({ '1_one': 'create table one (n int)' })
  await migrate(url, dir)
  await rowsIn(url, 'update _prisma_migrations set finished_at = null')
  await expect(migrate(url, dir)).rejects.toThrow('Migration 1_one failed earlier: see "prisma migrate resolve"')
})

/** Holds a lock on a table until the returned function is called. */
async function lockTable(url: string, table: string): Promise<() => Promise<void>> {
  const holder = new pg.Client({ connectionString: url })
  await holder.connect()
  await holder.query(`begin; lock table ${table} in row exclusive mode`)
  return () => holder.end()
}

test('a migration waits only briefly at a time for a table in use, so that no statement waits long behind it, and is applied when it is free', {
  timeout: 30_000,
}, async () => {
  const url = await givenEmptyDatabase()
  const dir = givenMigrations({ '1_one': 'create table one (n int)', '2_two': 'alter table one add column m int' })
  await migrate(url, givenMigrations({ '1_one': 'create table one (n int)' }))
  const release = await lockTable(url, 'one')
  const migrated = migrate(url, dir)
  const waiting = `select 1 from pg_stat_activity where datname = current_database() and wait_event = 'relation'`
  const waits = async () => (await rowsIn(url, waiting)).length > 0
  await vi.waitUntil(waits, { timeout: 10_000 })

  await vi.waitUntil(async () => !(await waits()), { timeout: 10_000, interval: 20 })
  await rowsIn(url, 'insert into one values (1)')

  await release()
  expect(await migrated).toEqual(['2_two'])
})

test('an index of a large table is built while the table is written to, and one from an interrupted try is built again', {
  timeout: 30_000,
}, async () => {
  const url = await givenEmptyDatabase()
  const one = { '1_one': 'create table one (n int)' }
  await migrate(url, givenMigrations(one))
  await rowsIn(url, 'insert into one values (1), (1)')
  await expect(rowsIn(url, 'create unique index concurrently one_n on one (n)')).rejects.toThrow('unique')
  const isValid = async () =>
    (await rowsIn(url, `select indisvalid from pg_index where indexrelid = 'one_n'::regclass`))[0].indisvalid
  expect(await isValid()).toBe(false)

  const texts = { ...one, '2_index': '-- For looking up.\ncreate index concurrently one_n on one (n);' }
  expect(await migrate(url, givenMigrations(texts))).toEqual(['2_index'])
  expect(await isValid()).toBe(true)
  expect(await migrate(url, givenMigrations(texts))).toEqual([])
})

test('a process that dies in the middle of a migration does not keep the next one from it', async () => {
  const url = await givenEmptyDatabase()
  const migrated = migrate(url, givenMigrations({ '1_one': 'select pg_sleep(60); create table one (n int)' }))
  const failed = expect(migrated).rejects.toThrow()
  const sleeping = `select pid from pg_stat_activity where datname = current_database() and wait_event = 'PgSleep'`
  await vi.waitUntil(async () => (await rowsIn(url, sleeping)).length > 0, { timeout: 10_000 })
  await rowsIn(
    url,
    'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
  )
  await failed
  expect(await migrate(url, givenMigrations({ '1_one': 'create table one (n int)' }))).toEqual(['1_one'])
})

/** A database as the release before a migration left it. */
async function givenDatabaseBefore(migration: string): Promise<string> {
  const url = await givenEmptyDatabase()
  const before = mkdtempSync(join(tmpdir(), 'migrations-'))
  onTestFinished(() => rmSync(before, { recursive: true }))
  for (const name of readdirSync(migrations).filter((name) => name < migration))
    cpSync(join(migrations, name), join(before, name), { recursive: true })
  await migrate(url, before)
  return url
}

test('what older versions stored is renamed with the tables and columns', async () => {
  const url = await givenDatabaseBefore('20261127120000_plain_names')
  await rowsIn(
    url,
    `insert into shop (domain, installed_at, rules, conductor) values ('a', now(), '{"leaving": "left"}', null)`,
  )
  await rowsIn(
    url,
    `insert into profile (shop, customer_id, state, read_at, list_change) values ('a', 1, 'synced', now(), 'left')`,
  )
  await rowsIn(
    url,
    `insert into dirty_customer (shop, customer_id, marked_at, waiting_since, not_before, alone) values ('a', 1, now(), now(), now(), true)`,
  )
  const run = randomUUID()
  const asked = JSON.stringify({ segments: [], places: false })
  await rowsIn(
    url,
    `insert into standing_gathering (shop, holder, asked, touched_at) values ('a', '${run}', '${asked}', now())`,
  )
  await rowsIn(
    url,
    `insert into sync_run (id, shop, kind, trigger, state, requested_at, progress_at, not_before, waits_for, gathered)
     values ('${run}', 'a', 'full', 'by_hand', 'reading', now(), now(), now(), 'shopify_gathering', 3)`,
  )
  await rowsIn(url, `insert into standing (shop, holder, customer_id) values ('a', '${run}', 1)`)

  expect(await migrate(url, migrations)).toContain('20261127120000_plain_names')

  expect(await rowsIn(url, 'select audience, lease_holder from shop')).toEqual([
    { audience: { leaving: 'keep' }, lease_holder: null },
  ])
  expect(await rowsIn(url, 'select list_change from profile')).toEqual([{ list_change: 'removed' }])
  expect(await rowsIn(url, 'select single_only from dirty_customer')).toEqual([{ single_only: true }])
  expect(await rowsIn(url, 'select waits_for, rows_written from sync_run')).toEqual([
    { waits_for: 'shopify_preparing', rows_written: 3 },
  ])
  expect(await rowsIn(url, 'select customer_id from customer_membership')).toEqual([{ customer_id: '1' }])
})

test('imports that are on their way when the version changes are settled by the next one, and every profile is counted once', async () => {
  const url = await givenDatabaseBefore('20261128040000_requests_of_profiles')
  const [job, other, run] = [randomUUID(), randomUUID(), randomUUID()]
  await rowsIn(
    url,
    `insert into import_job (id, shop, run, klaviyo_job, profiles, submitted_at, next_check_at)
     values ('${job}', 'a', null, 'k1', 3, '2026-11-28T10:00:30Z', now()),
       ('${other}', 'b', '${run}', null, 1, '2026-11-28T10:00:30Z', now())`,
  )
  await rowsIn(
    url,
    `insert into profile (shop, customer_id, state, code, read_at, hash, field_set, synced_at, import_job, sent_hash, sent_field_set)
     values ('a', 1, 'synced', null, now(), 'old', 1, '2026-11-28T09:00:30Z', '${job}', 'new', 2),
       ('a', 2, 'pending', null, now(), null, null, null, '${job}', 'first', 2),
       ('a', 3, 'issue', 'profile_refused', now(), null, null, null, '${job}', 'mended', 2),
       ('a', 4, 'synced', null, now(), 'same', 1, '2026-11-28T09:00:40Z', null, null, null),
       ('b', 1, 'pending', 'limit', now(), null, null, null, '${other}', 'theirs', 3)`,
  )

  await migrate(url, migrations)

  const carried = {
    request: job,
    state: 'synced',
    code: null,
    field_set: 2,
    synced_at: new Date('2026-11-28T10:00:30Z'),
  }
  const profiles =
    'select customer_id, request, state, code, hash, field_set, synced_at from profile where shop = $1 order by 1'
  expect(await rowsIn(url, profiles, ['a'])).toEqual([
    { ...carried, customer_id: '1', hash: 'new' },
    { ...carried, customer_id: '2', hash: 'first' },
    { ...carried, customer_id: '3', hash: 'mended' },
    expect.objectContaining({ customer_id: '4', request: null, hash: 'same', field_set: 1 }),
  ])
  const imports = 'select customers, synced_before, kind, state, remote_id, payload from outbox order by shop'
  const payload = { run: null, profiles: 3, created: 0, awaitsIds: true, suspect: false }
  expect(await rowsIn(url, imports)).toMatchObject([
    {
      ...{ kind: 'import', state: 'sent', remote_id: 'k1', customers: ['1', '2', '3'], payload },
      synced_before: [new Date('2026-11-28T09:00:30Z'), null, null],
    },
    { kind: 'run_import', state: 'written', remote_id: null, payload: { ...payload, profiles: 1, run } },
  ])
  const counts =
    'select state, code, profiles, ever_synced from profile_count where profiles <> 0 and shop = $1 order by 1'
  expect(await rowsIn(url, counts, ['a'])).toEqual([
    { state: 'sending', code: job, profiles: 3, ever_synced: 1 },
    { state: 'synced', code: '', profiles: 1, ever_synced: 1 },
  ])
  expect(await rowsIn(url, counts, ['b'])).toEqual([{ state: 'sending', code: other, profiles: 1, ever_synced: 0 }])
  expect(await rowsIn(url, 'select shop, profiles from synced_minute')).toEqual([{ shop: 'a', profiles: 1 }])
})

const at = (time: string) => new Date(`2026-11-21T${time}Z`)

test('requests under way when the outbox came go on where they were', async () => {
  const url = await givenDatabaseBefore('20261128010000_outbox')
  const insert = (text: string, ...values: unknown[]) => rowsIn(url, `insert into ${text}`, values)
  await insert(
    `settled_import values ('a', 'first page', null, $1), ('a', 'second page', '/page/2', $2)`,
    at('10:00:00'),
    at('11:00:00'),
  )
  await insert(
    `customer_merge (shop, gone_id, kept_id, settled_at, source_id, attempt, not_before)
     values ('a', 1, 2, null, null, 1, $1), ('a', 3, 4, $1, 'K3', 2, $2), ('b', 1, 2, $1, null, 0, $2)`,
    at('10:00:00'),
    at('11:00:00'),
  )
  const ids = Array.from({ length: 4 }, () => randomUUID())
  // The third was saved by a process whose clock was behind.
  await insert(
    `loyalty_event (id, shop, customer_id, metric, old_value, new_value, at, backfill, attempt, not_before)
     values ($1, 'a', 5, 'points', '1', '2', $5, false, 3, $6), ($2, 'a', 5, 'tier', '"Silver"', '"Gold"', $5, false, 0, $5),
       ($3, 'a', 5, 'points', '2', '3', $7, true, 0, $7), ($4, 'b', 5, 'points', '1', '2', $5, false, 0, $5)`,
    ...ids,
    at('10:00:00'),
    at('11:00:00'),
    at('09:59:59'),
  )
  await insert(
    `tombstone (shop, customer_id, erased_at, sealed_identifier, asked_at, account_id, attempt, not_before)
     values ('a', 6, $1, 'sealed', null, 'account', 4, $2), ('a', 7, $1, null, $2, 'account', 0, $1)`,
    at('10:00:00'),
    at('11:00:00'),
  )

  await migrate(url, migrations)

  const open = (kind: string) =>
    rowsIn(url, 'select * from outbox where kind = $1 order by shop, created_at, subject', [kind])
  expect(await open('fetch_ids')).toMatchObject([
    { shop: 'a', subject: 'first page', payload: { next: null }, not_before: at('10:00:00'), holds: [] },
    { shop: 'a', subject: 'second page', payload: { next: '/page/2' }, not_before: at('11:00:00') },
  ])
  expect(await open('merge')).toMatchObject([
    { subject: '1', payload: { keptId: '2', tries: 1 }, holds: ['1', '2'], state: 'written', remote_id: null },
    { subject: '3', payload: { keptId: '4', tries: 2 }, holds: ['3', '4'], state: 'sent', remote_id: 'K3' },
    { shop: 'b', subject: '1', state: 'sent', remote_id: null, not_before: at('11:00:00') },
  ])
  const change = { metric: 'points', oldValue: 1, newValue: 2, backfill: false }
  expect(await open('event')).toMatchObject([
    { id: ids[0], subject: '5', payload: change, attempt: 3, created_at: at('10:00:00'), not_before: at('11:00:00') },
    { id: ids[1], payload: { metric: 'tier', oldValue: 'Silver', newValue: 'Gold' }, attempt: 0 },
    { id: ids[2], payload: { metric: 'points', backfill: true } },
    { id: ids[3], shop: 'b', subject: '5' },
  ])
  expect(await open('erase'), 'one that is done is no request').toMatchObject([
    { subject: '6', payload: { sealed: 'sealed' }, account_id: 'account', attempt: 4, created_at: at('10:00:00') },
  ])
  expect(await rowsIn(url, 'select * from tombstone order by customer_id')).toEqual([
    { shop: 'a', customer_id: '6', erased_at: at('10:00:00'), asked_at: null },
    { shop: 'a', customer_id: '7', erased_at: at('10:00:00'), asked_at: at('11:00:00') },
  ])
})

test('what blocked a list or the events when this got a table is still known', async () => {
  const url = await givenDatabaseBefore('20261128010000_outbox')
  const [since, until] = [at('10:00:00'), at('11:00:00')]
  await rowsIn(
    url,
    `insert into shop (domain, installed_at, list_problem, list_problem_at, list_not_before, loyalty_refused_at, loyalty_retry_at)
     values ('a', $1, 'gone', $1, $2, $1, $2), ('b', $1, null, null, $2, null, null), ('c', $1, null, null, null, null, null)`,
    [since, until],
  )

  await migrate(url, migrations)

  expect(await rowsIn(url, 'select * from blocked order by shop, kind')).toEqual([
    { shop: 'a', kind: 'event', reason: 'scope_missing', since, until },
    { shop: 'a', kind: 'list', reason: 'gone', since, until },
    { shop: 'b', kind: 'list', reason: null, since: until, until },
  ])
})

test('a mapping that was saved before values had sources maps the same, and loyalty activity follows the same values', async () => {
  const url = await givenDatabaseBefore('20261129010000_mapped_values')
  const { values, insisted: _, ...rest } = defaultMapping
  const before = (rows: readonly [namespace: string, key: string][]) =>
    JSON.stringify({
      ...rest,
      metafields: rows.map(([namespace, key]) => ({ namespace, key, type: 'number_integer', name: key, on: true })),
    })
  const key = (namespace: string, key: string) => ({ namespace, key })
  await rowsIn(
    url,
    `insert into shop (domain, installed_at, mapping, loyalty) values
       ('a', now(), $1, $2), ('b', now(), $3, $4), ('c', now(), $5, null), ('d', now(), null, null)`,
    [
      before([
        ['loyalty', 'tier'],
        ['rivo', 'score'],
        ['loyalty', 'points'],
      ]),
      { on: true, points: key('rivo', 'score'), tier: null },
      before([
        ['loyalty', 'tier'],
        ['loyalty', 'points'],
      ]),
      { on: false, points: key('loyalty', 'points'), tier: key('loyalty', 'tier') },
      before([]),
    ],
  )

  await migrate(url, migrations)

  const rows = await rowsIn(url, 'select mapping, loyalty from shop order by domain')
  const [a, b, c, d] = rows.map(({ mapping, loyalty }) => ({
    mapping: storedChoice('mapping', mapping).values.map(({ name, meaning, source }) => [
      name,
      meaning,
      sourceName(source),
    ]),
    loyalty: storedChoice('loyalty', loyalty),
  }))
  expect(a).toEqual({
    mapping: [
      ['tier', 'tier', 'loyalty.tier'],
      ['score', 'points', 'rivo.score'],
      ['points', null, 'loyalty.points'],
    ],
    loyalty: { on: true, recorded: ['points'] },
  })
  expect(b).toEqual({
    mapping: [
      ['tier', 'tier', 'loyalty.tier'],
      ['points', 'points', 'loyalty.points'],
    ],
    loyalty: { on: false, recorded: ['points', 'tier'] },
  })
  expect(c!.mapping).toEqual([])
  expect(d!.mapping).toHaveLength(values.length)
})

test('loyalty values under way when more than points and tier could be stored are delivered as they were sent', async () => {
  const url = await givenDatabaseBefore('20261129030000_loyalty_values')
  const job = randomUUID()
  await rowsIn(
    url,
    `insert into loyalty_value (shop, customer_id, points, tier, backfill, request, sent_points, sent_tier) values
       ('a', 1, '250', '"Gold"', false, null, null, null), ('a', 2, '1.5', null, true, '${job}', '300', null),
       ('a', 3, null, null, false, '${job}', 'true', '"Silver"')`,
  )
  await rowsIn(
    url,
    `insert into outbox (shop, id, kind, subject, payload, not_before, created_at)
     values ('a', $1, 'event', '1', '{"metric": "points", "oldValue": 200, "newValue": 250, "backfill": false}', now(), now())`,
    [randomUUID()],
  )

  await migrate(url, migrations)

  const none = { tier_since: null, changed_at: null, sent_tier_since: null, sent_changed_at: null }
  expect(await rowsIn(url, 'select * from loyalty_value order by customer_id')).toEqual([
    {
      ...{ ...none, shop: 'a', customer_id: '1', delivered: { points: 250, tier: 'Gold' }, backfill: false },
      ...{ request: null, sent: null },
    },
    {
      ...{ ...none, shop: 'a', customer_id: '2', delivered: { points: 1.5 }, backfill: true },
      ...{ request: job, sent: { points: 300, tier: null } },
    },
    {
      ...{ ...none, shop: 'a', customer_id: '3', delivered: {}, backfill: false },
      ...{ request: job, sent: { points: true, tier: 'Silver' } },
    },
  ])
  expect(await rowsIn(url, 'select payload from outbox')).toEqual([
    { payload: { metric: 'points', oldValue: 200, newValue: 250, backfill: false } },
  ])
})
