import { expect, test } from 'vitest'
import type { SyncRunState } from '#app/core/flow/sync-run-state.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { transaction } from '#app/store/database.ts'
import { startBaselineRun } from '#app/store/run-starts.ts'
import { cancelOpenRun, cancelRunByHand, findRun, stepRun } from '#app/store/sync-runs.ts'
import { runStates, runSteps } from '#test/core/flow/given-steps.ts'
import { at, givenShop, useStore } from './given-store.ts'

const store = useStore()

/** The transitions by which a run that was just started comes to a state. */
const ways: Record<SyncRunState, SyncRunState[]> = {
  queued: [],
  reading: ['reading'],
  delivering: ['reading', 'delivering'],
  paused: ['reading', 'paused'],
  finished: ['reading', 'delivering', 'finished'],
  failed: ['failed'],
  cancelled: ['cancelled'],
}

async function givenRun(state: SyncRunState): Promise<{ shop: ShopDomain; id: string }> {
  const shop = await givenShop()
  const id = await transaction((on) => startBaselineRun(shop, { by: null, now: at('10:00:00') }, on))
  let from: SyncRunState = 'queued'
  for (const to of ways[state]) {
    expect(await transaction((on) => stepRun(shop, { id, from, to, now: at('10:00:01') }, on))).toBe(true)
    from = to
  }
  return { shop, id }
}

const rowOf = async (id: string) => (await store.rows('select * from sync_run where id = $1', id))[0]

test.each(runSteps.filter(({ allowed }) => allowed))('a run is stepped from $from to $to', async ({ from, to }) => {
  const { shop, id } = await givenRun(from)
  expect(await transaction((on) => stepRun(shop, { id, from, to, now: at('10:00:02') }, on))).toBe(true)
  const ended = to === 'finished' || to === 'failed' || to === 'cancelled'
  expect(await rowOf(id)).toMatchObject({
    state: to,
    progress_at: at('10:00:02'),
    finished_at: ended ? at('10:00:02') : null,
    paused_from: to === 'paused' ? from : null,
  })
})

test.each(runSteps.filter(({ allowed }) => !allowed))(
  'a run is not stepped from $from to $to, which is a mistake of ours',
  async ({ from, to }) => {
    const { shop, id } = await givenRun(from)
    const before = await rowOf(id)
    await expect(transaction((on) => stepRun(shop, { id, from, to, now: at('10:00:02') }, on))).rejects.toThrow(
      `A run does not go from ${from} to ${to}`,
    )
    expect(await rowOf(id)).toEqual(before)
  },
)

test.each(runStates)('a step from a state that a run is not in does nothing: it is %s', async (state) => {
  const { shop, id } = await givenRun(state)
  const before = await rowOf(id)
  for (const { from, to } of runSteps.filter(({ from, allowed }) => allowed && from !== state)) {
    expect(
      await transaction((on) => stepRun(shop, { id, from, to, now: at('10:00:02') }, on)),
      `${from} to ${to}`,
    ).toBe(false)
  }
  expect(await rowOf(id)).toEqual(before)
})

test.each(runStates)('a run that is %s is cancelled if it is open, and not changed if it has ended', async (state) => {
  const [byHand, byLockstep] = [await givenRun(state), await givenRun(state)]
  const [before, otherBefore] = [await rowOf(byHand.id), await rowOf(byLockstep.id)]
  const isOpen = ['queued', 'reading', 'delivering', 'paused'].includes(state)

  expect(await cancelRunByHand(byHand.shop, { id: byHand.id, by: '7', now: at('10:00:02') })).toBe(isOpen)
  await transaction((on) => cancelOpenRun(byLockstep.shop, 'disconnected', at('10:00:02'), on))

  if (!isOpen) {
    expect(await rowOf(byHand.id)).toEqual(before)
    expect(await rowOf(byLockstep.id)).toEqual(otherBefore)
    return
  }
  const ended = { state: 'cancelled', finishedAt: at('10:00:02') }
  expect(await findRun(byHand.shop, byHand.id)).toMatchObject({ ...ended, endedBy: '7', failure: 'cancelled_by_hand' })
  expect(await findRun(byLockstep.shop, byLockstep.id)).toMatchObject({
    ...ended,
    endedBy: null,
    failure: 'disconnected',
  })
})

test('a run is cancelled by hand once, however often it is asked for', async () => {
  const { shop, id } = await givenRun('reading')
  const cancelled = await Promise.all(
    Array.from({ length: 20 }, (_, i) => cancelRunByHand(shop, { id, by: String(i), now: at('10:00:02') })),
  )
  expect(cancelled.filter(Boolean)).toHaveLength(1)
  expect((await findRun(shop, id))?.endedBy).toBe(String(cancelled.indexOf(true)))
})

test('a shop cannot cancel, step or find another shop’s run', async () => {
  const { id } = await givenRun('reading')
  const stranger = await givenShop()
  const before = await rowOf(id)

  expect(await cancelRunByHand(stranger, { id, by: null, now: at('10:00:02') })).toBe(false)
  expect(
    await transaction((on) => stepRun(stranger, { id, from: 'reading', to: 'delivering', now: at('10:00:02') }, on)),
  ).toBe(false)
  await transaction((on) => cancelOpenRun(stranger, 'disconnected', at('10:00:02'), on))

  expect(await findRun(stranger, id)).toBeNull()
  expect(await rowOf(id)).toEqual(before)
})
