import { expect, test } from 'vitest'
import { toGuideMemory } from '#app/core/report/setup-guide.ts'
import { saveGuideHidden, saveGuideStep } from '#app/store/setup-guide.ts'
import { findShop } from '#app/store/shops.ts'
import { givenShop, useStore } from './given-store.ts'

useStore()

test('of two members of staff neither undoes what the other marks, or hides', async () => {
  const shop = await givenShop()
  expect((await findShop(shop))?.guide).toEqual({ hidden: false, done: [] })
  await Promise.all([
    saveGuideStep(shop, 'loyalty', true),
    saveGuideStep(shop, 'customers', true),
    saveGuideHidden(shop, true),
  ])
  expect((await findShop(shop))?.guide).toEqual({ hidden: true, done: ['loyalty', 'customers'] })
  await saveGuideStep(shop, 'loyalty', false)
  await saveGuideHidden(shop, false)
  expect((await findShop(shop))?.guide).toEqual({ hidden: false, done: ['customers'] })
})

test.each([null, 'x', [], { hidden: 'yes', done: ['start', 7] }])(
  'what is stored in another form (%j) counts as not marked',
  (stored) => {
    expect(toGuideMemory(stored)).toEqual({ hidden: false, done: [] })
  },
)
