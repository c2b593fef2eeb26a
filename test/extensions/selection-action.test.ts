import { expect, test, vi } from 'vitest'
import { gidOf } from '#app/core/ids.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { givenExtension, SOON, useExtensions } from './given-extension.ts'

const sandbox = useSandbox()
useExtensions()

const selection = {
  handle: 'customer-selection-action',
  target: 'admin.customer-index.selection-action.render',
} as const
const gids = (count: number) => Array.from({ length: count }, (_, i) => gidOf(`${8_000_000_000_000 + i}` as never))

async function givenSelection(count: number) {
  const given = await givenConnectedShop(sandbox)
  const opened = givenExtension(sandbox, { ...selection, domain: given.domain, selected: gids(count) })
  await opened.extension.render()
  const marks = async () =>
    (
      await rowsIn(sandbox.databaseUrl, 'select count(*)::int as marks from dirty_customer where shop = $1', [
        given.domain,
      ])
    )[0]!.marks
  return { ...opened, marks }
}

test('five thousand selected customers are marked in ten requests, and none before the press', async () => {
  const { text, press, asked, marks } = await givenSelection(5_000)
  expect(text()).toContain('5000 selected customers are read again')
  expect(await marks()).toBe(0)
  await press('Sync now')
  await vi.waitFor(() => expect(text()).toContain('Syncing 5,000 customers now'), SOON)
  expect(await marks()).toBe(5_000)
  expect(asked).toHaveLength(10)
})

test('after the app could not be reached, a press goes on where it stopped', async () => {
  const { text, press, asked, setAway, marks } = await givenSelection(1_200)
  await press('Sync now')
  await vi.waitFor(() => expect(asked.length).toBeGreaterThan(0), SOON)
  setAway(true)
  await vi.waitFor(() => expect(text()).toContain('Lockstep did not answer'), SOON)
  const taken = Number(/(\d+) of 1200 were taken/.exec(text())![1])
  expect(await marks()).toBe(taken)
  setAway(false)
  await press('Sync now')
  await vi.waitFor(() => expect(text()).toContain('Syncing 1,200 customers now'), SOON)
  expect(await marks()).toBe(1_200)
})

test('one customer is spoken of as one', async () => {
  const { text } = await givenSelection(1)
  expect(text()).toContain('1 selected customer is read again')
})
