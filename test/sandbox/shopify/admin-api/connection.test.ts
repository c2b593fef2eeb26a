import { afterEach, beforeEach, expect, test } from 'vitest'
import { askAdmin } from '../ask-admin.ts'
import { type StandInShopify, startShopify } from '../server.ts'
import type { Shop } from '../shop/shop.ts'

let shopify: StandInShopify
let shop: Shop

beforeEach(async () => {
  shopify = await startShopify({ apiKey: 'key', apiSecret: 'secret', now: () => Date.parse('2026-11-20T10:00:00Z') })
  shop = shopify.addShop({ domain: 'ada.myshopify.com' })
})

afterEach(async () => {
  await shopify.close()
})

interface Page {
  readonly nodes: readonly { readonly legacyResourceId: string }[]
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
}

async function page(variables: object): Promise<{ ids: string[]; after: string | null }> {
  const query = `query ($first: Int, $after: String, $sortKey: CustomerSortKeys, $reverse: Boolean, $query: String) {
    customers(first: $first, after: $after, sortKey: $sortKey, reverse: $reverse, query: $query) {
      nodes { legacyResourceId } pageInfo { hasNextPage endCursor }
    }
  }`
  const { data, errors } = await askAdmin(shopify.origin, shop, query, { variables })
  if (errors[0]) throw new Error(errors[0].message)
  const { nodes, pageInfo } = data.customers as Page
  return {
    ids: nodes.map(({ legacyResourceId }) => legacyResourceId),
    after: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }
}

async function allPages(variables: object): Promise<string[]> {
  const first = await page({ ...variables, first: 2 })
  const ids = first.ids
  let { after } = first
  while (after) {
    const next = await page({ ...variables, first: 2, after })
    ids.push(...next.ids)
    after = next.after
  }
  return ids
}

function givenCustomers(): void {
  shop.customers.create({ id: '1', updatedAt: '2026-11-03T00:00:00Z', createdAt: '2026-10-03T00:00:00Z' })
  shop.customers.create({ id: '2', updatedAt: '2026-11-01T00:00:00Z', createdAt: '2026-10-05T00:00:00Z' })
  shop.customers.create({ id: '30', updatedAt: '2026-11-02T00:00:00Z', createdAt: '2026-10-04T00:00:00Z' })
  shop.customers.create({ id: '4', updatedAt: '2026-11-02T00:00:00Z', createdAt: '2026-10-04T00:00:00Z' })
  shop.customers.create({ id: '706405506930370084', updatedAt: '2026-11-05T00:00:00Z' })
}

test('pages follow each other through the whole shop in every order', async () => {
  givenCustomers()

  expect(await allPages({ sortKey: 'ID' })).toEqual(['1', '2', '4', '30', '706405506930370084'])
  expect(await allPages({ sortKey: 'UPDATED_AT' })).toEqual(['2', '4', '30', '1', '706405506930370084'])
  expect(await allPages({ sortKey: 'UPDATED_AT', reverse: true })).toEqual(['706405506930370084', '1', '30', '4', '2'])
  expect(await allPages({ query: 'updated_at:<=2026-11-02' })).toEqual(['2', '4', '30'])
})

test('a cursor serves after its customer is gone', async () => {
  givenCustomers()
  const { after } = await page({ first: 2 })
  shop.customers.remove('2')

  expect((await page({ first: 2, after })).ids).toEqual(['4', '30'])
})

test('a page without a size, or of more than 250, is refused', async () => {
  await expect(page({})).rejects.toThrow('you must provide one of first or last')
  await expect(page({ first: 251 })).rejects.toThrow('less than or equal to 250')
})

test('an unknown search field is a warning beside the whole list', async () => {
  givenCustomers()
  const { body, data } = await askAdmin(
    shopify.origin,
    shop,
    '{ customers(first: 9, query: "shoe_size:43") { nodes { id } } }',
  )

  expect((data.customers as { nodes: unknown[] }).nodes).toHaveLength(5)
  expect(body.extensions).toMatchObject({
    search: [{ path: ['customers'], warnings: [{ field: 'shoe_size', code: 'invalid_field' }] }],
  })
})

test('definitions and segments come in pages as well', async () => {
  const { id } = shop.customers.create({ points: 5 })
  const segment = shop.segments.add({ name: 'Buyers', memberIds: [id] })
  const { data } = await askAdmin(
    shopify.origin,
    shop,
    `query ($segment: ID!, $customer: ID!) {
    metafieldDefinitions(ownerType: CUSTOMER, first: 1) { nodes { namespace key type { name } metafieldsCount } pageInfo { hasNextPage } }
    segments(first: 5, sortKey: LAST_EDIT_DATE, reverse: true) { nodes { name } }
    customerSegmentMembers(segmentId: $segment, first: 300) { totalCount edges { node { id displayName } } }
    customerSegmentMembership(customerId: $customer, segmentIds: [$segment, "gid://shopify/Segment/1"]) { memberships { isMember } }
  }`,
    { variables: { segment: segment.id, customer: `gid://shopify/Customer/${id}` } },
  )

  expect(data).toEqual({
    metafieldDefinitions: {
      nodes: [{ namespace: 'loyalty', key: 'points', type: { name: 'number_integer' }, metafieldsCount: 1 }],
      pageInfo: { hasNextPage: true },
    },
    segments: { nodes: [{ name: 'Buyers' }] },
    customerSegmentMembers: {
      totalCount: 1,
      edges: [{ node: { id: `gid://shopify/CustomerSegmentMember/${id}`, displayName: '' } }],
    },
    customerSegmentMembership: { memberships: [{ isMember: true }, { isMember: false }] },
  })
})

test('companies are for shops with B2B; the others are denied them', async () => {
  const query = `{
    companies(first: 5) { nodes { name contactsCount { count } contacts(first: 5) { nodes { isMainContact customer { legacyResourceId } } } } }
    companyLocations(first: 5) { nodes { name roleAssignments(first: 5) { nodes { role { name } } } } }
  }`
  const b2b = shopify.addShop({ domain: 'b2b.myshopify.com', b2b: true })
  const { id } = b2b.customers.create()
  const acme = b2b.companies.add({ name: 'Acme' })
  b2b.companies.addContact(acme.id, { customerId: id, isMainContact: true })

  const { data } = await askAdmin(shopify.origin, b2b, query)
  const denied = await askAdmin(shopify.origin, shop, query)

  expect(data).toEqual({
    companies: {
      nodes: [
        {
          name: 'Acme',
          contactsCount: { count: 1 },
          contacts: { nodes: [{ isMainContact: true, customer: { legacyResourceId: id } }] },
        },
      ],
    },
    companyLocations: { nodes: [{ name: 'Acme', roleAssignments: { nodes: [{ role: { name: 'Ordering only' } }] } }] },
  })
  expect(b2b.customers.get(id)?.companyContactProfiles).toMatchObject([{ company: { name: 'Acme' } }])
  expect(denied.body.data).toBeNull()
  expect(denied.errors[0]?.extensions?.code).toBe('ACCESS_DENIED')
})
