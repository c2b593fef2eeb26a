import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { beforeAll, expect, test } from 'vitest'
import { type LimitedRequest, requestLimits } from '#app/core/access/request-limits.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { defaultInForce } from '#app/core/settings/mapping.ts'
import { countRequest } from '#app/store/request-limits.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, useSandbox } from '#test/support/sandbox.ts'
import { asked, type Errand } from './visitors.ts'

const sandbox = useSandbox()
let shop: ShopDomain
beforeAll(async () => {
  shop = (await givenConnectedShop(sandbox)).domain
})

type Handler = (args: LoaderFunctionArgs & ActionFunctionArgs) => unknown
interface Limited extends Errand {
  readonly route: string
  readonly door?: 'loader'
  readonly params?: Record<string, string>
}

const form = (route: string, path: string, fields: Record<string, string>): Limited => ({ route, path, fields })
const list = (intent: string, fields: Record<string, string>) =>
  form('app.customers.tsx', '/app/customers', { intent, ...fields })
const gid = 'gid://shopify/Customer/1'
const segment = 'gid://shopify/Segment/1'

/** A request of each kind, as a page or an extension makes it. */
const requests: Readonly<Record<LimitedRequest, readonly Limited[]>> = {
  search: [list('search', { text: 'Ada' })],
  names: [list('names', { ids: '1' })],
  sync_now: [list('sync_now', { ids: '1' })],
  retry_list: [list('retry', { reason: 'no_email' })],
  count_customers: [
    form('app.settings_.audience.tsx', '/app/settings/audience', {
      ...{ intent: 'count', again: 'false', choice: JSON.stringify(defaultAudience) },
    }),
  ],
  preview: [
    form('app.settings_.mapping.tsx', '/app/settings/mapping', {
      ...{ intent: 'preview', query: '', choice: JSON.stringify(defaultInForce.mapping) },
    }),
  ],
  compare: [
    {
      ...form('app.customers_.$customer.tsx', '/app/customers/1', { intent: 'compare' }),
      params: { customer: '1' },
    },
    form('app.dry-run.tsx', '/app/dry-run', { intent: 'compare', customer: '1' }),
  ],
  dry_run: [form('app.dry-run.tsx', '/app/dry-run', { intent: 'start', subject: 'full' })],
  read_back: [form('app.activity.tsx', '/app/activity', { intent: 'read_all_back' })],
  export: [form('app.customers_.export.tsx', '/app/customers/export', { ids: '1' })],
  support_file: [form('app.settings_.support-file.tsx', '/app/settings/support-file', { intent: 'save' })],
  connect: [
    form('app.settings.tsx', '/app/settings', { intent: 'connect', key: 'pk_nothing' }),
    form('app.settings.tsx', '/app/settings', { intent: 'end_login', ticket: 'nothing' }),
  ],
  extension_customer: [{ route: 'api.extension.customer.tsx', path: '/api/extension/customer?id=1', door: 'loader' }],
  extension_search: [form('api.extension.search.tsx', '/api/extension/search', { text: 'Ada' })],
  extension_sync: [form('api.extension.sync.tsx', '/api/extension/sync', { ids: gid })],
  extension_segment: [form('api.extension.segment.tsx', '/api/extension/segment', { segment })],
}

async function answerTo({ route, door, params = {}, ...errand }: Limited): Promise<Response | null> {
  const module = await import(`../../app/routes/${route}`)
  const handler: Handler = door === 'loader' ? module.loader : module.action
  const request = asked(errand, sandbox.shopify.idToken(shop))
  try {
    const answer = await handler({ request, params, context: {} })
    return answer instanceof Response ? answer : null
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}

const useUp = (kind: LimitedRequest, untilMs: number) =>
  rowsIn(
    sandbox.databaseUrl,
    `insert into request_limit (shop, kind, spent_until_ms) values ($1, $2, $3)
     on conflict (shop, kind) do update set spent_until_ms = excluded.spent_until_ms`,
    [shop, kind, untilMs],
  )

const all = Object.entries(requests) as [LimitedRequest, readonly Limited[]][]

test.each(all)(
  '%s is refused once the limit is used up, says when to try again, and is answered then',
  async (kind, ways) => {
    const { atOnce, everyMs } = requestLimits[kind]
    for (const way of ways) {
      await useUp(kind, clock().getTime() + atOnce * everyMs + 90_000)
      const refused = await answerTo(way)
      expect(refused?.status, way.route).toBe(429)
      expect(Number(refused?.headers.get('retry-after')), way.route).toBeGreaterThanOrEqual(60)
      await useUp(kind, clock().getTime() - 1)
      expect((await answerTo(way))?.status, way.route).not.toBe(429)
    }
  },
)

test('an extension is told so in the language of who works there', async () => {
  await useUp('extension_customer', clock().getTime() + 600_000)
  const path = '/api/extension/customer?id=1&language=de'
  const refused = await answerTo({ route: 'api.extension.customer.tsx', path, door: 'loader' })
  expect(await refused?.json()).toEqual({ message: expect.stringContaining('zu oft') })
})

test('as many as are allowed at once are answered, and then one after each pause', async () => {
  const { atOnce, everyMs } = requestLimits.dry_run
  const now = clock()
  const later = (ms: number) => new Date(now.getTime() + ms)
  const other = 'other.myshopify.com' as ShopDomain
  for (let count = 0; count < atOnce; count++) expect(await countRequest(other, 'dry_run', now)).toBeNull()
  expect(await countRequest(other, 'dry_run', now)).toEqual(later(everyMs))
  expect(await countRequest(other, 'dry_run', later(everyMs - 1))).toEqual(later(everyMs))
  expect(await countRequest(other, 'dry_run', later(everyMs))).toBeNull()
  expect(await countRequest(other, 'dry_run', later(everyMs))).toEqual(later(2 * everyMs))
})

test('what one shop asks for leaves the limits of another, and of its other requests, alone', async () => {
  const [eve, ada] = ['eve.myshopify.com', 'ada.myshopify.com'] as ShopDomain[]
  const now = clock()
  for (let count = 0; count <= requestLimits.connect.atOnce; count++) await countRequest(eve!, 'connect', now)
  expect(await countRequest(eve!, 'connect', now)).not.toBeNull()
  expect(await countRequest(ada!, 'connect', now)).toBeNull()
  expect(await countRequest(eve!, 'search', now)).toBeNull()
})

test('requests that come at the same moment, to several processes, are counted one by one', async () => {
  const bob = 'bob.myshopify.com' as ShopDomain
  const { atOnce } = requestLimits.support_file
  const now = clock()
  const answers = await Promise.all(Array.from({ length: atOnce + 10 }, () => countRequest(bob, 'support_file', now)))
  expect(answers.filter((until) => until === null)).toHaveLength(atOnce)
})
