import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { download, linesOf, runBulk } from '../bulk/bulk-client.ts'
import { withdrawAccess } from '../loyalty-apps/faults.ts'
import { loyaltyApps } from '../loyalty-apps/loyalty-apps.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'

let nowMs: number
let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  nowMs = Date.parse('2026-11-20T10:00:00Z')
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => nowMs, bulkDurationMs: 0 })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
})

const text = (value: string) => ({ type: 'single_line_text_field', value, updatedAt: '2026-11-20T10:00:00Z' })

/** A customer's metafields as a page with these arguments shows them. */
async function list(id: string, args: string, selection = 'nodes { namespace key value }'): Promise<unknown> {
  const query = `query ($id: ID!) { customer(id: $id) { metafields(${args}) { ${selection} } } }`
  const { data, errors } = await ask(query, id)
  if (errors[0]) throw new Error(errors[0].message)
  return (data.customer as { metafields: unknown }).metafields
}

const ask = (query: string, id: string) =>
  askAdmin(shopify.origin, shop, query, { variables: { id: `gid://shopify/Customer/${id}` } })

function givenCustomer(): string {
  const { id } = shop.customers.create({ points: 5 })
  nowMs += 1000
  shop.customers.setMetafields(id, {
    'mage.loyalty': { type: 'json', value: '{"points_balance":90}', updatedAt: '2026-11-20T10:00:01Z' },
  })
  shop.customers.setMetafield(id, 'custom.size', { ...text('M'), updatedAt: '2026-11-20T10:00:02Z' })
  return id
}

test('metafields are listed with all that a reader needs to know them, defined or not', async () => {
  const id = givenCustomer()
  const selection = `nodes { id namespace key type value jsonValue compareDigest createdAt updatedAt
    definition { id name access { admin } } }`

  expect(await list(id, 'first: 2', selection)).toEqual({
    nodes: [
      {
        id: expect.stringMatching(/^gid:\/\/shopify\/Metafield\/\d+$/),
        namespace: 'loyalty',
        key: 'points',
        type: 'number_integer',
        value: '5',
        jsonValue: 5,
        compareDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
        createdAt: '2026-11-20T10:00:00Z',
        updatedAt: '2026-11-20T10:00:00Z',
        definition: {
          id: 'gid://shopify/MetafieldDefinition/1',
          name: 'Loyalty points',
          access: { admin: 'PUBLIC_READ' },
        },
      },
      {
        id: expect.stringMatching(/^gid:\/\/shopify\/Metafield\/\d+$/),
        namespace: 'mage',
        key: 'loyalty',
        type: 'json',
        value: '{"points_balance":90}',
        jsonValue: { points_balance: 90 },
        compareDigest: expect.any(String),
        createdAt: '2026-11-20T10:00:01Z',
        updatedAt: '2026-11-20T10:00:01Z',
        definition: null,
      },
    ],
  })
})

test('a metafield that is written again keeps its id and the instant of its creation, and has another digest', async () => {
  const id = givenCustomer()
  const selection = 'nodes { id createdAt updatedAt compareDigest }'
  const before = (await list(id, 'first: 1', selection)) as { nodes: object[] }
  nowMs += 60_000
  shop.customers.setLoyalty(id, { points: 6 })
  const after = (await list(id, 'first: 1', selection)) as { nodes: object[] }

  expect(after.nodes).toEqual([
    { ...before.nodes[0], updatedAt: '2026-11-20T10:01:01Z', compareDigest: expect.any(String) },
  ])
  expect(after).not.toMatchObject({
    nodes: [{ compareDigest: (before.nodes[0] as { compareDigest: string }).compareDigest }],
  })
})

test('they are listed by namespace, by keys, from the end, and in pages that follow each other', async () => {
  const id = givenCustomer()
  const keysOf = async (args: string) => {
    const { nodes } = (await list(id, args)) as { nodes: { namespace: string; key: string }[] }
    return nodes.map(({ namespace, key }) => `${namespace}.${key}`)
  }

  expect(await keysOf('first: 9')).toEqual(['loyalty.points', 'mage.loyalty', 'custom.size'])
  expect(await keysOf('first: 9, reverse: true')).toEqual(['custom.size', 'mage.loyalty', 'loyalty.points'])
  expect(await keysOf('first: 9, namespace: "mage"')).toEqual(['mage.loyalty'])
  expect(await keysOf('first: 9, namespace: "loyalty", keys: ["points", "tier"]')).toEqual(['loyalty.points'])
  expect(await keysOf('first: 9, keys: ["custom.size", "mage.loyalty"]')).toEqual(['mage.loyalty', 'custom.size'])

  const page = (await list(id, 'first: 2', 'pageInfo { hasNextPage endCursor }')) as {
    pageInfo: { hasNextPage: boolean; endCursor: string }
  }
  expect(page.pageInfo.hasNextPage).toBe(true)
  expect(await keysOf(`first: 2, after: "${page.pageInfo.endCursor}"`)).toEqual(['custom.size'])
})

test.each(['PRIVATE', 'MERCHANT_READ', 'MERCHANT_READ_WRITE'] as const)(
  'with access %s a value is null and not listed, without an error, and the definition says why',
  async (access) => {
    const id = givenCustomer()
    withdrawAccess(shop, 'loyalty.points', access)
    const { data, errors } = await ask(
      `query ($id: ID!) {
        customer(id: $id) { metafield(namespace: "loyalty", key: "points") { value } metafields(first: 9) { nodes { key } } }
        metafieldDefinitions(ownerType: CUSTOMER, first: 9, namespace: "loyalty", key: "points") {
          nodes { namespace key name type { name } access { admin } }
        }
      }`,
      id,
    )

    expect(errors).toEqual([])
    expect(data.customer).toEqual({ metafield: null, metafields: { nodes: [{ key: 'loyalty' }, { key: 'size' }] } })
    expect(data.metafieldDefinitions).toEqual({
      nodes: [
        {
          namespace: 'loyalty',
          key: 'points',
          name: 'Loyalty points',
          type: { name: 'number_integer' },
          access: { admin: access },
        },
      ],
    })
  },
)

test('definitions come in the order of their ids, page after page', async () => {
  loyaltyApps.okendo.install(shop)
  shop.metafieldDefinitions.reverse()
  const keys: string[] = []
  let after: string | null = null
  do {
    const { data } = await askAdmin(
      shopify.origin,
      shop,
      `query ($after: String) { metafieldDefinitions(ownerType: CUSTOMER, first: 2, after: $after) {
        nodes { key } pageInfo { hasNextPage endCursor } } }`,
      { variables: { after } },
    )
    const { nodes, pageInfo } = data.metafieldDefinitions as {
      nodes: { key: string }[]
      pageInfo: { hasNextPage: boolean; endCursor: string }
    }
    keys.push(...nodes.map(({ key }) => key))
    after = pageInfo.hasNextPage ? pageInfo.endCursor : null
  } while (after)

  expect(keys).toEqual(['points', 'tier', 'loyalty_points_balance', 'loyalty_status', 'loyalty_vip_tier'])
})

test('a nested page is charged for each page it lies in, by what it selects', async () => {
  givenCustomer()
  const cost = async (selection: string) => {
    const query = `{ customers(first: 10, sortKey: UPDATED_AT, reverse: true) { nodes { metafields(first: 40) { nodes { ${selection} } } } } }`
    const { cost, errors } = await askAdmin(shopify.origin, shop, query)
    return errors[0]?.extensions?.cost ?? [cost.requestedQueryCost, cost.actualQueryCost]
  }

  // 10 customers, and 40 metafields in each; one customer is there, with three.
  expect(await cost('namespace key type value')).toEqual([10 * (1 + 40), 1 + 3])
  expect(await cost('value definition { id }')).toEqual([10 * (1 + 40 * 2), 1 + 3 + 1])
  // With the definition's access each metafield is three objects, which is over the limit of 1,000.
  expect(await cost('value definition { id access { admin } }')).toBe(10 * (1 + 40 * 3))
})

test('a bulk query writes metafields as lines of their own, without those that may not be read', async () => {
  const id = givenCustomer()
  withdrawAccess(shop, 'loyalty.points')
  const { url } = await runBulk(
    shopify.origin,
    shop,
    '{ customers { edges { node { id metafields { edges { node { id namespace key value } } } } } } }',
  )
  const __parentId = `gid://shopify/Customer/${id}`

  expect(linesOf(await download(shopify.origin, url))).toEqual([
    { id: __parentId },
    { id: expect.any(String), namespace: 'mage', key: 'loyalty', value: '{"points_balance":90}', __parentId },
    { id: expect.any(String), namespace: 'custom', key: 'size', value: 'M', __parentId },
  ])
})
