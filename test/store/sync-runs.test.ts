import { expect, test } from 'vitest'
import type { ShopDomain } from '#app/core/ids.ts'
import { findConnection, refuseConnection, saveConnection } from '#app/store/connections.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { advanceCheckpoint, countRefused, makeRunDue, saveRunOperation } from '#app/store/run-progress.ts'
import { startCatchUpRun, startFullRun } from '#app/store/run-starts.ts'
import { uninstallShop } from '#app/store/shops.ts'
import { cancelOpenRun, findLastFullRun, findOpenRun, stepRun } from '#app/store/sync-runs.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

const counts = { read: 0, pushed: 0, unchanged: 0, excluded: 0, issues: 0 }

async function givenConnected(): Promise<ShopDomain> {
  const shop = await givenShop()
  await saveConnection(shop, { key: 'pk_a', accountId: 'A', accountName: 'Ada & Sons' }, at('08:00:00'), autocommit)
  return shop
}

const start = (shop: ShopDomain, now: Date, always = false) =>
  transaction((on) => startFullRun(shop, { trigger: always ? 'connecting' : 'by_hand', by: null, always, now }, on))

const runsOf = (shop: ShopDomain) =>
  store.rows('select kind, state, failure, finished_at from sync_run where shop = $1 order by requested_at', shop)

test('of fifty starts at once exactly one starts', async () => {
  const shop = await givenConnected()
  const started = await Promise.all(Array.from({ length: 50 }, () => start(shop, at('10:00:00'))))
  expect(started.filter((id) => id !== null)).toHaveLength(1)
  expect(await runsOf(shop)).toMatchObject([{ kind: 'full', state: 'queued' }])
})

test('a run starts by hand once an hour, to the millisecond; a run that connecting starts restarts the hour', async () => {
  const shop = await givenConnected()
  const justBefore = (instant: Date) => new Date(instant.getTime() - 1)
  expect(await start(shop, at('10:00:00'))).not.toBeNull()
  await transaction((on) => cancelOpenRun(shop, 'test', at('10:00:01'), on))

  expect(await start(shop, justBefore(at('11:00:00')))).toBeNull()
  expect(await start(shop, at('11:00:00'))).not.toBeNull()
  await transaction((on) => cancelOpenRun(shop, 'test', at('11:00:01'), on))

  expect(await start(shop, at('11:30:00'), true)).not.toBeNull()
  await transaction((on) => cancelOpenRun(shop, 'test', at('11:30:01'), on))
  expect(await start(shop, at('12:00:00'))).toBeNull()
  expect(await start(shop, at('12:30:00'))).not.toBeNull()
  expect(await findLastFullRun(shop)).toEqual({ requestedAt: at('12:30:00'), trigger: 'by_hand', failedAt: null })
})

test('a start that was refused does not move the hour', async () => {
  const shop = await givenConnected()
  await start(shop, at('10:00:00'))
  expect(await start(shop, at('10:30:00'))).toBeNull()
  expect(await store.rows('select full_sync_started_at from shop where domain = $1', shop)).toEqual([
    { full_sync_started_at: at('10:00:00') },
  ])
})

test('a full run that is open keeps another from starting, even after the hour and even for connecting', async () => {
  const shop = await givenConnected()
  await start(shop, at('10:00:00'))
  expect(await start(shop, at('12:00:00'))).toBeNull()
  expect(await start(shop, at('12:00:00'), true)).toBeNull()
})

test('without a connection that Klaviyo takes, and in a shop without the app, no full run starts', async () => {
  const [unconnected, refused, gone] = [await givenShop(), await givenConnected(), await givenConnected()]
  await refuseConnection((await findConnection(refused, autocommit))!, at('09:00:00'))
  await uninstallShop(gone, at('09:00:00'))
  for (const shop of [unconnected, refused, gone]) {
    expect(await start(shop, at('10:00:00'), true)).toBeNull()
    expect(await runsOf(shop)).toEqual([])
  }
})

test('a full run supersedes a catch-up, for it reads all that the catch-up would', async () => {
  const shop = await givenConnected()
  await startCatchUpRun(shop, null, at('09:59:00'))

  expect(await start(shop, at('10:00:00'))).not.toBeNull()

  expect(await runsOf(shop)).toMatchObject([
    { kind: 'catch_up', state: 'cancelled', failure: 'superseded', finished_at: at('10:00:00') },
    { kind: 'full', state: 'queued' },
  ])
})

test('a catch-up does not start beside an open run, nor a second one beside itself', async () => {
  const shop = await givenConnected()
  const started = await Promise.all(Array.from({ length: 10 }, () => startCatchUpRun(shop, null, at('10:00:00'))))
  expect(started.filter(Boolean)).toHaveLength(1)

  const other = await givenConnected()
  await start(other, at('10:00:00'))
  expect(await startCatchUpRun(other, null, at('10:00:01'))).toBe(false)
})

test('a run steps through a door that opens once', async () => {
  const shop = await givenConnected()
  const id = (await start(shop, at('10:00:00')))!
  const step = { id, from: 'queued', to: 'reading', now: at('10:00:01') } as const

  const moved = await Promise.all(Array.from({ length: 10 }, () => transaction((on) => stepRun(shop, step, on))))

  expect(moved.filter(Boolean)).toHaveLength(1)
  expect(await transaction((on) => stepRun(shop, step, on))).toBe(false)
  expect(await findOpenRun(shop, autocommit)).toMatchObject({ id, state: 'reading' })
})

test('a step that the table does not know is a mistake of ours', async () => {
  const shop = await givenConnected()
  const id = (await start(shop, at('10:00:00')))!
  await expect(
    transaction((on) => stepRun(shop, { id, from: 'queued', to: 'finished', now: at('10:00:01') }, on)),
  ).rejects.toThrow('A run does not go from queued to finished')
})

test('a cancelled run is not continued, and still counts the chunk and the imports in progress', async () => {
  const shop = await givenConnected()
  const id = (await start(shop, at('10:00:00')))!
  await transaction((on) => stepRun(shop, { id, from: 'queued', to: 'reading', now: at('10:00:01') }, on))
  await transaction((on) => cancelOpenRun(shop, 'disconnected', at('10:00:02'), on))

  expect(
    await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'delivering', now: at('10:00:03') }, on)),
  ).toBe(false)
  const chunk = {
    run: id,
    from: 0,
    to: 500,
    counts: { ...counts, read: 5, pushed: 5 },
    unannounced: 0,
    now: at('10:00:03'),
  }
  expect(await transaction((on) => advanceCheckpoint(shop, chunk, on))).toBe(true)
  await transaction((on) => countRefused(shop, id, 3, at('10:00:03'), on))

  expect(await store.rows('select state, read, pushed, issues, byte_offset from sync_run where id = $1', id)).toEqual([
    { state: 'cancelled', read: 5, pushed: 2, issues: 3, byte_offset: '500' },
  ])
})

test('a checkpoint moves past a chunk once, from where the chunk began', async () => {
  const shop = await givenConnected()
  const run = (await start(shop, at('10:00:00')))!
  await transaction((on) => stepRun(shop, { id: run, from: 'queued', to: 'reading', now: at('10:00:01') }, on))
  const chunk = {
    run,
    from: 0,
    to: 500,
    counts: { ...counts, read: 5, pushed: 4, excluded: 1 },
    unannounced: 0,
    now: at('10:00:02'),
  }

  const moved = await Promise.all([1, 2, 3].map(() => transaction((on) => advanceCheckpoint(shop, chunk, on))))

  expect(moved.filter(Boolean)).toHaveLength(1)
  expect(await findOpenRun(shop, autocommit)).toMatchObject({
    byteOffset: 500,
    counts: { read: 5, pushed: 4, excluded: 1 },
  })
})

test('a new operation is read and counted from its beginning', async () => {
  const shop = await givenConnected()
  const run = (await start(shop, at('10:00:00')))!
  await saveRunOperation(shop, {
    id: run,
    operation: 'gid://1',
    metafields: [],
    askedAt: at('10:00:01'),
    checkAt: at('10:00:02'),
  })
  await transaction((on) => stepRun(shop, { id: run, from: 'queued', to: 'reading', now: at('10:00:01') }, on))
  const chunk = {
    run,
    from: 0,
    to: 500,
    counts: { ...counts, read: 5, pushed: 5 },
    unannounced: 0,
    now: at('10:00:02'),
  }
  await transaction((on) => advanceCheckpoint(shop, chunk, on))

  await transaction((on) => stepRun(shop, { id: run, from: 'reading', to: 'queued', now: at('10:00:03') }, on))
  await saveRunOperation(shop, {
    id: run,
    operation: 'gid://2',
    metafields: [],
    askedAt: at('10:00:04'),
    checkAt: at('10:00:05'),
  })

  expect(await findOpenRun(shop, autocommit)).toMatchObject({ bulkOperation: 'gid://2', byteOffset: 0, counts })
})

test('only the run that waits for an operation is hurried by its end', async () => {
  const [shop, other] = [await givenConnected(), await givenConnected()]
  for (const one of [shop, other]) {
    const id = (await start(one, at('10:00:00')))!
    await saveRunOperation(one, {
      id,
      operation: 'gid://1',
      metafields: [],
      askedAt: at('10:00:00'),
      checkAt: at('11:00:00'),
    })
  }

  expect(await makeRunDue(shop, 'gid://2', at('10:00:01'))).toBe(false)
  expect(await makeRunDue(shop, 'gid://1', at('10:00:01'))).toBe(true)

  expect(await findOpenRun(shop, autocommit)).toMatchObject({ notBefore: at('10:00:01') })
  expect(await findOpenRun(other, autocommit)).toMatchObject({ notBefore: at('11:00:00') })
})
