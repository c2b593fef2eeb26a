import { expect, test } from 'vitest'
import { type MappedValue, plainReading, type ValueReading } from '#app/core/profile/mapped-values.ts'
import { listUnsyncedCustomers } from '#app/sync/report/list-unsynced-customers.ts'
import { expectLaw } from '#test/support/law.ts'
import { syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tellUndated } from '#test/support/tell.ts'
import { givenAda, metafield, saveMapped } from './given-mapped-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const text = (value: string) => metafield('single_line_text_field', value)

function row(name: string, source: MappedValue['source'], reading: Partial<ValueReading> = {}): MappedValue {
  return { on: true, name, source, reading: { ...plainReading, ...reading }, meaning: null }
}

const mage = (key: string, ...path: (string | number)[]): MappedValue['source'] => ({
  ...{ kind: 'metafield', namespace: 'mage', key, type: 'json', path },
})

type Given = Awaited<ReturnType<typeof givenAda>>

async function change(given: Given, name: string, value: ReturnType<typeof metafield> | null): Promise<void> {
  given.shop.customers.setMetafield(given.ada.id, name, value)
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
}

test('parts of one JSON metafield arrive as properties of their own, and one that disappears is cleared', async () => {
  const json = (value: object) => metafield('json', JSON.stringify(value))
  const given = await givenAda(sandbox, {
    metafields: { 'mage.loyalty': json({ points: 90, tiers: [{ name: 'Silver' }] }) },
  })
  await saveMapped(given, {
    values: [
      row('Points', mage('loyalty', 'points'), { as: 'number' }),
      row('Tier', mage('loyalty', 'tiers', 0, 'name')),
    ],
  })
  await syncToRest(given.domain)
  expect(given.properties()).toMatchObject({ Points: 90, Tier: 'Silver' })

  await change(given, 'mage.loyalty', json({ points: 120, tiers: [] }))
  expect(given.properties()).toMatchObject({ Points: 120 })
  expect(given.properties().Tier ?? null).toBeNull()
  await expectLaw(sandbox, given)
})

test('a blank that means “not written yet” keeps the tier in Klaviyo, and an explicit “no tier” clears it later', async () => {
  const given = await givenAda(sandbox, { metafields: { 'smile.vip_tier_name': text('Gold') } })
  const tier = {
    kind: 'metafield',
    namespace: 'smile',
    key: 'vip_tier_name',
    type: 'single_line_text_field',
    path: [],
  } as const
  await saveMapped(given, { values: [row('Tier', tier, { nothing: ['-'], blank: 'unknown' })] })
  await syncToRest(given.domain)
  expect(given.properties().Tier).toBe('Gold')

  await change(given, 'smile.vip_tier_name', null)
  expect(given.properties().Tier).toBe('Gold')
  await expectLaw(sandbox, given)
  given.shop.customers.update(given.ada.id, { firstName: 'Augusta' })
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(given.properties().Tier, 'though another field was sent').toBe('Gold')

  await change(given, 'smile.vip_tier_name', text('-'))
  expect(given.properties().Tier ?? null).toBeNull()
  await expectLaw(sandbox, given)
})

test('a balance that is no number is left out with a notice, Klaviyo keeps the last one, and the next number ends the notice', async () => {
  const given = await givenAda(sandbox, { metafields: { 'custom.balance': text('1250') } })
  const balance = {
    kind: 'metafield',
    namespace: 'custom',
    key: 'balance',
    type: 'single_line_text_field',
    path: [],
  } as const
  await saveMapped(given, { values: [row('Balance', balance, { as: 'number' })] })
  await syncToRest(given.domain)
  expect(given.properties().Balance).toBe(1250)

  await change(given, 'custom.balance', text('1,300'))
  expect(given.properties().Balance).toBe(1250)
  const listed = await listUnsyncedCustomers(given.domain, { reason: 'omitted', after: null, limit: 10 })
  expect(listed.customers).toMatchObject([
    { customerId: given.ada.id, omitted: [{ field: 'properties.Balance', reason: 'invalid', words: 'not_number' }] },
  ])
  await expectLaw(sandbox, given)

  await change(given, 'custom.balance', text('1300'))
  expect(given.properties().Balance).toBe(1300)
  expect((await listUnsyncedCustomers(given.domain, { reason: 'omitted', after: null, limit: 10 })).customers).toEqual(
    [],
  )
  await expectLaw(sandbox, given)
})

test('two tags that contradict each other are an issue that ends when one of them goes', async () => {
  const given = await givenAda(sandbox, { tags: ['tier#a1'] })
  const names = [
    { value: 'a1', name: 'Gold' },
    { value: 'b2', name: 'Silver' },
  ]
  await saveMapped(given, { values: [row('Tier', { kind: 'tag', prefix: 'tier#' }, { names })] })
  await syncToRest(given.domain)
  expect(given.properties().Tier).toBe('Gold')

  given.shop.customers.addTags(given.ada.id, 'tier#b2')
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(given.properties().Tier).toBe('Gold')
  const listed = await listUnsyncedCustomers(given.domain, { reason: 'other', after: null, limit: 10 })
  expect(listed.customers).toMatchObject([{ customerId: given.ada.id, code: 'conflicting_tags', words: 'Tier' }])
  await expectLaw(sandbox, given)

  given.shop.customers.removeTags(given.ada.id, 'tier#a1')
  await tellUndated(given.domain, given.ada.id)
  await syncToRest(given.domain)
  expect(given.properties().Tier).toBe('Silver')
  await expectLaw(sandbox, given)
})
