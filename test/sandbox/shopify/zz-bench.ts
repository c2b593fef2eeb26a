import { readFileSync } from 'node:fs'
import { request } from 'undici'
import { seedCustomers } from './seed-customers.ts'
import { startShopify } from './server.ts'

const n = Number(process.argv[2] ?? 100_000)
const shopify = await startShopify({ apiKey: 'k', apiSecret: 's', bulkDurationMs: 0 })
const shop = shopify.addShop({ domain: 'ada.myshopify.com', restoreRate: 2000 })
let t = performance.now()
seedCustomers(shop, { count: n, seed: 7 })
console.log('seed ms', (performance.now() - t) | 0, 'rss', (process.memoryUsage().rss / 1e6) | 0)
;(globalThis as any).gc?.()
console.log('heap', (process.memoryUsage().heapUsed / 1e6) | 0)
t = performance.now()
shop.customers.ascending()
console.log('ascending ms', (performance.now() - t) | 0)
const { access } = shop.tokens.giveExpiring(shop.scopes)
const gql = async (query: string, variables = {}) => {
  const r = await request(`${shopify.origin}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { host: shop.domain, 'x-shopify-access-token': access.value, 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  return (await r.body.json()) as any
}
const docs = readFileSync('/work/shared/reference/shopify-documents.graphql', 'utf8')
const doc = (name: string) =>
  docs.split(/^# \[(\w+)\].*$/m).reduce((a: any, x, i, all) => (i % 2 ? { ...a, [x]: all[i + 1] } : a), {})[name]
const bulk = doc('BulkCustomers')
  .replace(/query: "[^"]*", sortKey: UPDATED_AT/, process.argv[3] === 'sorted' ? 'sortKey: UPDATED_AT' : '')
  .replace('(,', '(')
  .replace('customers()', 'customers')
t = performance.now()
let cpu = process.cpuUsage()
let res = await gql(doc('BulkStart'), { query: bulk })
console.log(JSON.stringify(res).slice(0, 300), 'start ms', (performance.now() - t) | 0)
const op = await shop.bulk.finished(res.data.bulkOperationRunQuery.bulkOperation.id)
const made = performance.now() - t
console.log('cpu ms since', JSON.stringify(process.cpuUsage(cpu)))
console.log('finished ms', made | 0, 'rows/s', ((n / made) * 1000) | 0, op.status, op.fileSize, op.objectCount)
t = performance.now()
cpu = process.cpuUsage()
const u = new URL(op.url!)
const dl = await request(`${shopify.origin}${u.pathname}${u.search}`, { headers: { host: u.host } })
let bytes = 0
for await (const c of dl.body) bytes += c.length
const took = performance.now() - t
console.log('cpu ms since', JSON.stringify(process.cpuUsage(cpu)))
console.log(
  'download ms',
  took | 0,
  'rows/s',
  ((n / took) * 1000) | 0,
  bytes,
  'rss',
  (process.memoryUsage().rss / 1e6) | 0,
)
const ids = shop.customers
  .ascending()
  .slice(0, 250)
  .map((c) => `gid://shopify/Customer/${c.id}`)
const q = `query N($ids:[ID!]!){ nodes(ids:$ids){ ... on Customer { id legacyResourceId createdAt updatedAt firstName lastName displayName locale state verifiedEmail tags numberOfOrders amountSpent { amount currencyCode } defaultEmailAddress { emailAddress validFormat marketingState marketingOptInLevel marketingUpdatedAt } points: metafield(namespace:"loyalty", key:"points"){ value type updatedAt } } } }`
for (let i = 0; i < 6; i++) {
  t = performance.now()
  res = await gql(q, { ids: i < 1 ? ids.slice(0, 2) : ids.slice(0, 249) })
  console.log(
    'nodes',
    (performance.now() - t).toFixed(1),
    res.errors?.[0]?.message,
    JSON.stringify(res.extensions?.cost),
  )
}
t = performance.now()
res = await gql(
  '{ customers(first: 100, sortKey: UPDATED_AT, query: "updated_at:>=\'2026-11-01T10:00:00Z\'") { nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }',
)
console.log('page', (performance.now() - t).toFixed(1), res.data.customers.nodes.length)
t = performance.now()
res = await gql(
  'query($a:String){ customers(first: 100, after:$a, sortKey: UPDATED_AT, query: "updated_at:>=\'2026-11-01T10:00:00Z\'") { nodes { id updatedAt } pageInfo { hasNextPage endCursor } } }',
  { a: res.data.customers.pageInfo.endCursor },
)
console.log('page 2', (performance.now() - t).toFixed(1), res.data.customers.nodes.length)
await shopify.close()
