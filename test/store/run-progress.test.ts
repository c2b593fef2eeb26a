import { expect, test } from 'vitest'
import { remainingMsOf } from '#app/core/flow/run-pace.ts'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { changeIntegrationStatus } from '#app/store/integration.ts'
import { advanceCheckpoint, deferRun, saveRunOperation } from '#app/store/run-progress.ts'
import { startFullRun } from '#app/store/run-starts.ts'
import { findOpenRun, findRun, resumeOpenRun, stepRun } from '#app/store/sync-runs.ts'
import { at, givenConnectedShop, givenStatus, useStore } from './given-store.ts'

const store = useStore()

const none = { read: 0, pushed: 0, unchanged: 0, excluded: 0, issues: 0 }

/** A run that reads the file of its operation, from the beginning. */
async function givenReading(): Promise<{ shop: ShopDomain; id: string }> {
  const shop = await givenConnectedShop()
  const id = (await transaction((on) =>
    startFullRun(shop, { trigger: 'by_hand', by: null, always: true, now: at('10:00:00') }, on),
  ))!
  await saveRunOperation(shop, {
    id,
    operation: 'gid://1',
    metafields: [],
    askedAt: at('10:00:00'),
    checkAt: at('10:00:01'),
  })
  await transaction((on) => stepRun(shop, { id, from: 'queued', to: 'reading', now: at('10:00:01') }, on))
  return { shop, id }
}

const advance = (shop: ShopDomain, run: string, from: number, read: number, now: Date, unannounced = 0) =>
  transaction((on) =>
    advanceCheckpoint(
      shop,
      { run, from, to: from + 100 * read, counts: { ...none, read, pushed: read }, unannounced, now },
      on,
    ),
  )
const resume = (shop: ShopDomain, now: Date) =>
  transaction(async (on) => {
    await changeIntegrationStatus(shop, 'on', on)
    return resumeOpenRun(shop, now, on)
  })
const rowOf = async (id: string) => (await store.rows('select * from sync_run where id = $1', id))[0]

test('the pace is measured from the end of the first chunk on', async () => {
  const { shop, id } = await givenReading()
  const later = { id, notBefore: at('10:00:02'), attempt: 0, waitsFor: null, expected: 21 }
  await deferRun(shop, later)

  await advance(shop, id, 0, 5, at('10:00:10'))
  expect(await findRun(shop, id)).toMatchObject({ pacedSince: at('10:00:10'), pacedFrom: 5, counts: { read: 5 } })
  expect(remainingMsOf({ ...(await findRun(shop, id))!, read: 5 })).toBeNull()

  await advance(shop, id, 500, 8, at('10:00:12'))
  const run = (await findRun(shop, id))!
  expect(run).toMatchObject({ pacedSince: at('10:00:10'), pacedFrom: 5, progressAt: at('10:00:12') })
  expect(remainingMsOf({ ...run, read: run.counts.read }), '8 took 2 seconds, and 8 are left').toBe(2_000)
})

test('a transition to another state restarts measuring the pace', async () => {
  const { shop, id } = await givenReading()
  await advance(shop, id, 0, 5, at('10:00:10'))
  await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'queued', now: at('10:00:11') }, on))
  expect(await findRun(shop, id)).toMatchObject({ pacedSince: null, pacedFrom: null })
})

test('unreported changes are added up over the chunks, of each chunk once', async () => {
  const { shop, id } = await givenReading()
  await advance(shop, id, 0, 5, at('10:00:10'), 2)
  expect(await advance(shop, id, 0, 5, at('10:00:11'), 2), 'the same chunk again').toBe(false)
  await advance(shop, id, 500, 5, at('10:00:12'), 3)
  expect(await rowOf(id)).toMatchObject({ unannounced: 5, read: 10, byte_offset: '1000' })
})

test('a chunk that is delivered takes back what the run was put off for', async () => {
  const { shop, id } = await givenReading()
  await deferRun(shop, { id, notBefore: at('10:05:00'), attempt: 4, waitsFor: 'klaviyo_away' })
  expect(await findRun(shop, id)).toMatchObject({ waitsFor: 'klaviyo_away', attempt: 4, notBefore: at('10:05:00') })

  await advance(shop, id, 0, 5, at('10:05:00'))

  expect(await findRun(shop, id)).toMatchObject({
    waitsFor: null,
    attempt: 0,
    notBefore: at('10:05:00'),
    progressAt: at('10:05:00'),
  })
})

test.each(['finished', 'failed'] as const)('no chunk is counted for a run that is %s', async (state) => {
  const { shop, id } = await givenReading()
  if (state === 'finished')
    await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'delivering', now: at('10:00:02') }, on))
  const from = state === 'finished' ? 'delivering' : 'reading'
  await transaction((on) => stepRun(shop, { id, from, to: state, now: at('10:00:03') }, on))
  expect(await advance(shop, id, 0, 5, at('10:00:10'))).toBe(false)
  expect(await findRun(shop, id)).toMatchObject({ state, counts: none })
})

test('that Shopify writes on is progress; that it says the same number again is not', async () => {
  const { shop, id } = await givenReading()
  const look = async (rows: number, time: string) => {
    const written = { rows, now: at(time) }
    await deferRun(shop, { id, notBefore: at('10:30:00'), attempt: 0, waitsFor: 'shopify_preparing', written })
    const run = (await findRun(shop, id))!
    return { rowsWritten: run.rowsWritten, progressAt: run.progressAt }
  }
  expect(await look(0, '10:00:03'), 'nothing yet').toEqual({ rowsWritten: 0, progressAt: at('10:00:01') })
  expect(await look(100, '10:00:05')).toEqual({ rowsWritten: 100, progressAt: at('10:00:05') })
  expect(await look(100, '10:00:07')).toEqual({ rowsWritten: 100, progressAt: at('10:00:05') })
  expect(await look(101, '10:00:09')).toEqual({ rowsWritten: 101, progressAt: at('10:00:09') })

  await deferRun(shop, { id, notBefore: at('10:40:00'), attempt: 1, waitsFor: 'shopify_away' })
  expect(await findRun(shop, id), 'put off for another reason').toMatchObject({
    rowsWritten: 101,
    progressAt: at('10:00:09'),
    notBefore: at('10:40:00'),
    waitsFor: 'shopify_away',
    attempt: 1,
  })
})

test('how many Shopify counted stays known when the run is put off later', async () => {
  const { shop, id } = await givenReading()
  const later = { id, notBefore: at('10:05:00'), attempt: 0, waitsFor: null }
  await deferRun(shop, { ...later, expected: 40 })
  await deferRun(shop, later)
  await deferRun(shop, { ...later, expected: null })
  expect(await findRun(shop, id)).toMatchObject({ expected: 40 })
})

test('a new operation has written nothing', async () => {
  const { shop, id } = await givenReading()
  const written = { rows: 100, now: at('10:00:05') }
  await deferRun(shop, { id, notBefore: at('10:00:06'), attempt: 0, waitsFor: 'shopify_preparing', written })
  await transaction((on) => stepRun(shop, { id, from: 'reading', to: 'queued', now: at('10:00:07') }, on))
  await saveRunOperation(shop, {
    id,
    operation: 'gid://2',
    metafields: [],
    askedAt: at('10:00:08'),
    checkAt: at('10:00:09'),
  })
  expect(await findRun(shop, id)).toMatchObject({ rowsWritten: null, bulkOperation: 'gid://2' })
})

const way: SyncRunState[] = ['queued', 'reading', 'delivering']

test.each(way)('a run that was paused while %s goes on there, from its checkpoint', async (state) => {
  const { shop, id } = await givenReading()
  await deferRun(shop, { id, notBefore: at('10:00:02'), attempt: 0, waitsFor: null, expected: 40 })
  await advance(shop, id, 0, 5, at('10:00:10'), 2)
  if (state !== 'reading')
    await transaction((on) => stepRun(shop, { id, from: 'reading', to: state, now: at('10:00:11') }, on))
  await deferRun(shop, { id, notBefore: at('10:20:00'), attempt: 3, waitsFor: 'klaviyo_importing' })
  const before = await rowOf(id)
  await givenStatus(shop, 'off', at('10:00:12'))
  expect(await rowOf(id)).toMatchObject({ state: 'paused', paused_from: state, waits_for: null, paced_since: null })

  expect(await resume(shop, at('11:00:00'))).toBe(true)

  expect(await rowOf(id)).toEqual({
    ...before,
    ...{ not_before: at('11:00:00'), progress_at: at('11:00:00'), attempt: 0 },
    ...{ waits_for: null, paced_since: null, paced_from: null },
  })
  expect(before).toMatchObject({ state, read: 5, pushed: 5, unannounced: 2, expected: 40, bulk_operation: 'gid://1' })
  expect(before).toMatchObject({ byte_offset: '500', paused_from: null })
})

test('the pace of a run that goes on is measured from its next chunk: the pause was no work', async () => {
  const { shop, id } = await givenReading()
  await advance(shop, id, 0, 5, at('10:00:10'))
  await givenStatus(shop, 'off', at('10:00:12'))
  await resume(shop, at('11:00:00'))
  await advance(shop, id, 500, 5, at('11:00:10'))
  expect(await findRun(shop, id)).toMatchObject({ pacedSince: at('11:00:10'), pacedFrom: 10 })
})

test('a run that was not paused yet just goes on, at once', async () => {
  const { shop, id } = await givenReading()
  await deferRun(shop, { id, notBefore: at('12:00:00'), attempt: 3, waitsFor: 'shopify_away' })
  await givenStatus(shop, 'turning_off')
  expect(await resume(shop, at('11:00:00'))).toBe(true)
  expect(await findOpenRun(shop, autocommit)).toMatchObject({
    id,
    state: 'reading',
    notBefore: at('11:00:00'),
    attempt: 0,
  })
})

test('where no run is open there is none to go on with, and another shop’s is not touched', async () => {
  const other = await givenReading()
  const before = await rowOf(other.id)
  const { shop, id } = await givenReading()
  await transaction((on) =>
    stepRun(shop, { id, from: 'reading', to: 'failed', now: at('10:00:02'), failure: 'unavailable' }, on),
  )
  expect(await transaction((on) => resumeOpenRun(shop, at('11:00:00'), on))).toBe(false)
  expect(await findRun(shop, id)).toMatchObject({ state: 'failed', failure: 'unavailable' })
  expect(await rowOf(other.id)).toEqual(before)
})
