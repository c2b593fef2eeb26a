import { expect, test } from 'vitest'
import { dropFlowActionRuns, hasFlowActionRun, saveFlowActionRun } from '#app/store/flow-action-runs.ts'
import { countSyncedSince, dropSyncedMinutes } from '#app/store/profile-counts.ts'
import { saveProfiles } from '#app/store/profiles.ts'
import { at, customerId, givenShop, useStore } from './given-store.ts'

useStore()

test('workflow runs that Flow repeats no more are dropped, and younger ones kept', async () => {
  const shop = await givenShop()
  await saveFlowActionRun(shop, 'old', at('09:59:59'))
  await saveFlowActionRun(shop, 'young', at('10:00:00'))
  await dropFlowActionRuns(at('10:00:00'))
  expect(await hasFlowActionRun(shop, 'old')).toBe(false)
  expect(await hasFlowActionRun(shop, 'young')).toBe(true)
})

test('minutes that no question reaches are dropped, and a profile synced in one of them is counted in its new one', async () => {
  const shop = await givenShop()
  const row = {
    state: 'synced',
    code: null,
    words: null,
    conflictsWith: null,
    klaviyoId: null,
    hash: 'h',
    fields: ['email'],
  } as const
  const save = (n: number, when: Date) =>
    saveProfiles(shop, [{ ...row, customerId: customerId(n), shopifyUpdatedAt: when, syncedAt: when }], when)
  await save(1, at('09:00:00'))
  await save(2, at('10:00:00'))
  await dropSyncedMinutes(at('09:30:00'))
  expect(await countSyncedSince(shop, at('08:00:00'))).toBe(1)
  await save(1, at('10:05:00'))
  expect(await countSyncedSince(shop, at('08:00:00'))).toBe(2)
})
