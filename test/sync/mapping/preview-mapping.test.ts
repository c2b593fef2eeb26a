import { expect, test } from 'vitest'
import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { previewMapping } from '#app/sync/report/preview-mapping.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, givenInstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenAda, mapped } from './given-mapped-shop.ts'

const sandbox = useSandbox()

const preview = (domain: Parameters<typeof previewMapping>[0], query: string, differs: Partial<Mapping> = {}) =>
  previewMapping(domain, { query, mapping: { ...defaultMapping, ...differs } })

test('a customer in sync is shown field by field beside what was delivered, with values', async () => {
  const { domain, shop, ada } = await givenAda(sandbox, { tags: ['vip'] })
  expect(await preview(domain, '')).toMatchObject({ kind: 'profile', against: 'same', email: 'ada@example.com' })

  shop.customers.setMetafield(ada.id, 'loyalty.since', { type: 'date', value: '2026-01-31', updatedAt: '' })
  const shown = await preview(domain, 'ada@example.com', {
    values: [mapped('points', 'Points'), mapped('tier', 'loyalty_tier'), mapped('since', 'Since')],
  })
  expect(shown).toMatchObject({ against: 'differs', customerId: ada.id, tooLarge: null })
  if (shown.kind !== 'profile') throw new Error(shown.kind)
  const change = (name: string) => shown.fields.find((field) => field.name === name)
  expect(change('email')).toMatchObject({ isProperty: false, value: 'ada@example.com', change: 'unchanged' })
  expect(change('loyalty_tier')).toMatchObject({ isProperty: true, value: 'Gold', change: 'unchanged' })
  expect(change('Points')).toMatchObject({ value: 250, change: 'new' })
  expect(change('Since')).toMatchObject({ value: '2026-01-31', change: 'new' })
  expect(change('loyalty_points')).toMatchObject({ value: null, change: 'cleared' })
})

test('for a customer that changed since, only the names of the delivered fields are known', async () => {
  const { domain, shop, ada } = await givenAda(sandbox)
  shop.customers.update(ada.id, { firstName: 'Changed' })
  const shown = await preview(domain, ada.id, { values: [mapped('points', 'Points')], clears: false })
  if (shown.kind !== 'profile') throw new Error(shown.kind)
  const changes = Object.fromEntries(shown.fields.map(({ name, change }) => [name, change]))
  expect(shown.against).toBe('differs')
  expect(changes).toMatchObject({
    first_name: 'sent_before',
    Points: 'new',
    loyalty_points: 'kept',
    loyalty_tier: 'kept',
  })
})

test('a customer that is not sent, not found, or not readable is reported as such', async () => {
  const { domain, shop } = await givenConnectedShop(sandbox, ({ customers }) => {
    customers.create({ id: '1001', email: null, firstName: 'No address' })
    customers.create({ id: '1002', email: 'not an address' })
  })
  expect(shop.customers.count).toBe(2)
  expect(await preview(domain, '1001')).toMatchObject({ kind: 'not_sent', code: 'no_email' })
  expect(await preview(domain, ' 1002 ')).toMatchObject({ kind: 'not_sent', code: 'invalid_email' })
  for (const query of ['7', 'nobody@example.com', 'what?', '"} )', 'x'.repeat(300)])
    expect(await preview(domain, query)).toEqual({ kind: 'not_found' })
  expect(await preview(domain, '', { values: [mapped('points', '$email')] })).toEqual({ kind: 'mapping_invalid' })
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, door: 'graphql' })
  expect(await preview(domain, '')).toEqual({ kind: 'unavailable' })
})

test('before anything was delivered everything is new, in a shop without customers none is found, and nothing is stored', async () => {
  const { domain, shop } = await givenInstalledShop(sandbox)
  expect(await preview(domain, '')).toEqual({ kind: 'not_found' })
  shop.customers.create({ email: 'ada@example.com' })
  const shown = await preview(domain, '')
  expect(shown).toMatchObject({ kind: 'profile', against: 'never' })
  if (shown.kind === 'profile') expect(new Set(shown.fields.map(({ change }) => change))).toEqual(new Set(['new']))
  expect(await rowsIn(sandbox.databaseUrl, 'select 1 from profile where shop = $1', [domain])).toEqual([])
})

test('a profile that would be too large names its largest field', async () => {
  const { domain, shop, ada } = await givenAda(sandbox)
  const story = { type: 'multi_line_text_field', value: 'x'.repeat(120_000), updatedAt: '' }
  shop.customers.setMetafield(ada.id, 'loyalty.story', story)
  expect(await preview(domain, '', { values: [mapped('story', 'Story')] })).toMatchObject({ tooLarge: 'Story' })
})
