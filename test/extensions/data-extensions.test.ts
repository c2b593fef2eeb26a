import { readFileSync } from 'node:fs'
import Ajv from 'ajv'
import { expect, test, vi } from 'vitest'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { givenExtension, useExtensions } from './given-extension.ts'

const sandbox = useSandbox()
useExtensions()

const tool = { handle: 'sync-status-tool', target: 'admin.app.tools.data' } as const
const [declared] = JSON.parse(
  readFileSync(new URL('../../extensions/sync-status-tool/tools.json', import.meta.url), 'utf8'),
) as [{ name: string; inputSchema: object; outputSchema: object }]

async function askSidekick(domain: Parameters<typeof givenExtension>[1]['domain'], customer: string) {
  const opened = givenExtension(sandbox, { ...tool, domain })
  const tools = new Map<string, (input: object) => Promise<object>>()
  // The kit does not know yet that this target has tools: Shopify's CLI adds them to its type.
  const register = (name: string, handler: (input: object) => Promise<object>) => void tools.set(name, handler)
  vi.stubGlobal('shopify', { i18n: opened.host.i18n, tools: { register } })
  await opened.extension.render()
  expect([...tools.keys()]).toEqual([declared.name])
  const output = await tools.get(declared.name)!({ customer })
  expect(new Ajv().compile(declared.outputSchema)(output)).toBe(true)
  return { output, asked: opened.asked }
}

test('Sidekick learns why a customer is not in Klaviyo, and gets no name and no address', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => {
    shop.customers.create({ email: null, firstName: 'Ada', lastName: 'Lovelace' })
    shop.customers.create({ email: 'ben@example.com', firstName: 'Ben' })
  })
  const [ada, ben] = given.shop.customers.ascending().map(({ id }) => id)
  const { output, asked } = await askSidekick(given.domain, 'Ada Lovelace')
  expect(output).toMatchObject({ found: 'all', customers: [{ customerId: ada, reason: 'No email address' }] })
  expect(JSON.stringify(output)).not.toContain('Lovelace')
  expect(asked.join(' '), 'what was asked for is in no address').not.toContain('Ada')
  expect((await askSidekick(given.domain, 'ben@example.com')).output).toMatchObject({
    customers: [{ customerId: ben, state: 'In sync' }],
  })
  expect((await askSidekick(given.domain, 'Charles')).output).toEqual({ found: 'none', customers: [] })
})

test('while Shopify does not answer, and for somebody who is not signed in, Sidekick gets no answer', async () => {
  const given = await givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))
  sandbox.shopify.faults.cause({ kind: 'status', status: 503, shop: given.domain })
  expect((await askSidekick(given.domain, 'Ada')).output).toEqual({ found: 'no_answer', customers: [] })
  sandbox.shopify.faults.clear()
  expect((await askSidekick(null, 'Ada')).output).toEqual({ found: 'no_answer', customers: [] })
})

test('the segment templates have a text and a query each, and name the metafields that they need', async () => {
  const opened = givenExtension(sandbox, {
    handle: 'segment-templates',
    target: 'admin.customers.segmentation-templates.data',
    domain: null,
    language: 'fr',
  })
  const { default: templates } = await import('../../extensions/segment-templates/src/segment-templates.ts')
  const output = await templates()
  expect(opened.asked).toEqual([])
  expect(output.templates.map(({ title, query }) => ({ title, query }))).toEqual([
    { title: 'Clients sans adresse e-mail', query: 'customer_email_domain IS NULL' },
    { title: 'Clients ayant des points de fidélité', query: 'metafields.loyalty.points > 0' },
    { title: 'Clients d’un palier de fidélité', query: "metafields.loyalty.tier = 'Gold'" },
    {
      title: 'Membres fidélité sans e-mails marketing',
      query: "metafields.loyalty.points > 0 AND email_subscription_status != 'SUBSCRIBED'",
    },
  ])
  for (const { query, queryToInsert, dependencies } of output.templates) {
    expect(query.startsWith(queryToInsert)).toBe(true)
    for (const metafield of query.matchAll(/metafields\.(\w+\.\w+)/g)) {
      expect(dependencies?.customMetafields).toContain(metafield[1])
    }
  }
})
