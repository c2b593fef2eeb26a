import { afterEach, expect, test, vi } from 'vitest'
import type { FlowTriggerPayloads } from '#app/core/flow/flow-trigger.ts'
import { flowTriggers, MOST_WAITING, withoutValues } from '#app/core/flow/flow-trigger.ts'
import { customerNumber } from '#app/core/ids.ts'
import { readErrors, refusalOf } from '#app/klaviyo/klaviyo-errors.ts'
import { refuseConnection } from '#app/store/connections.ts'
import { transaction } from '#app/store/database.ts'
import { eraseCustomer } from '#app/store/tombstones.ts'
import { requestFlowTrigger, requestFlowTriggers } from '#app/sync/flow/request-flow-trigger.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { triggerDefinitions } from '#test/sandbox/shopify/flow/trigger-definitions.ts'
import { clock, skip } from '#test/support/clock.ts'
import { useDoor } from '#test/support/door.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { tell } from '#test/support/tell.ts'
import { givenLoyalShop } from '../loyalty/given-loyalty.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
useDoor(sandbox)
afterEach(() => void vi.restoreAllMocks())

const stopped: FlowTriggerPayloads['sync_stopped'] = { code: 'key_refused', explanation: 'Klaviyo refuses the key.' }
const DAY_MS = 24 * 60 * 60_000

/** Has the merchant turn on a workflow for every trigger. */
async function givenWorkflows({ shop }: InstalledShop, used = true): Promise<void> {
  for (const { handle } of Object.values(flowTriggers)) shop.webhooks.tellFlowUse({ trigger: handle, used })
  await shop.webhooks.flush()
}

const request = ({ domain }: InstalledShop) =>
  transaction((on) => requestFlowTrigger(domain, 'sync_stopped', stopped, clock(), on))
const waiting = ({ domain }: InstalledShop) =>
  rowsIn(sandbox.databaseUrl, 'select trigger, attempt from flow_trigger_request where shop = $1', [domain])
const startedIn = ({ shop }: InstalledShop) => shop.workflows.started
const takeTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const idOf = ({ shop }: InstalledShop) => shop.customers.ascending()[0]!.id

const oneCustomer = (email = 'ada@example.com') =>
  givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email }))

test('the app and its extensions name the same triggers', () => {
  const named = triggerDefinitions.map(({ handle, name }) => ({ handle, name }))
  expect(named.toSorted((a, b) => a.handle.localeCompare(b.handle))).toEqual(
    Object.values(flowTriggers).toSorted((a, b) => a.handle.localeCompare(b.handle)),
  )
})

test('a customer whose change cannot be synced starts the merchant’s workflow once, with the reason', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  for (const email of ['not an address', 'still no address']) {
    await tell(given.domain, given.shop.customers.update(idOf(given), { email }))
    await syncToRest(given.domain)
  }
  expect(startedIn(given)).toEqual([
    {
      handle: 'customer-not-synced',
      payload: { customer_id: Number(idOf(given)), 'Reason code': 'invalid_email', Explanation: '' },
    },
  ])
  expect(await waiting(given)).toEqual([])
})

test('a tier that arrived in Klaviyo starts the workflow with the old and the new tier', async () => {
  const given = await givenLoyalShop(sandbox)
  await givenWorkflows(given)
  for (const tier of ['Black', 'Black', null, 'Gold']) {
    await given.change({ tier })
    await syncToRest(given.domain)
  }
  const customer_id = Number(idOf(given))
  expect(startedIn(given).map(({ payload }) => payload)).toEqual([
    { customer_id, 'New tier': 'Black', 'Old tier': 'Gold' },
    { customer_id, 'New tier': 'Gold', 'Old tier': '' },
  ])
})

test('a full sync starts no workflow, whatever it sends or cannot send', async () => {
  const given = await givenLoyalShop(sandbox, 120)
  await givenWorkflows(given)
  for (const id of given.ids()) given.shop.customers.setLoyalty(id, { tier: 'Black' })
  for (const id of given.ids().slice(0, 20)) given.shop.customers.update(id, { email: 'no address' })
  skip(2 * 60 * 60_000)
  expect(await startFullSync(given.domain, { trigger: 'by_hand', by: null, now: clock() })).toMatchObject({
    kind: 'started',
  })
  await syncToRest(given.domain)
  expect(startedIn(given)).toEqual([])
  expect(await waiting(given)).toEqual([])
})

test('a shop without a workflow, or that turned its last one off, is not told', async () => {
  const given = await oneCustomer()
  await request(given)
  expect(await waiting(given)).toEqual([])
  await givenWorkflows(given)
  await givenWorkflows(given, false)
  await request(given)
  expect(await waiting(given)).toEqual([])
})

test('Shopify’s older message about a workflow changes nothing', async () => {
  const given = await oneCustomer()
  const off = given.shop.webhooks.tellFlowUse({ trigger: 'sync-stopped', used: false })
  await given.shop.webhooks.flush()
  skip(1_000)
  await givenWorkflows(given)
  given.shop.webhooks.repeat(off)
  await given.shop.webhooks.flush()
  await request(given)
  expect(await waiting(given)).toHaveLength(1)
})

test('a workflow is started although Klaviyo refuses the key', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const [row] = await rowsIn(sandbox.databaseUrl, 'select connected_at from connection where shop = $1', [given.domain])
  await refuseConnection({ shop: given.domain, connectedAt: row!.connected_at as Date }, clock())
  await request(given)
  await syncToRest(given.domain)
  expect(startedIn(given)).toEqual([
    {
      handle: 'sync-stopped',
      payload: { 'Reason code': 'key_refused', Explanation: 'Klaviyo refuses the key.' },
    },
  ])
})

test('what Flow refuses is not repeated; the reason is recorded without values, until Flow accepts one', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const words = "Type error for property 'customer_id': ada@example.com 7000000000001"
  sandbox.shopify.faults.cause({ kind: 'flow-refused', words, times: 1 })
  await request(given)
  await syncToRest(given.domain)
  const refused = () =>
    rowsIn(
      sandbox.databaseUrl,
      `select refused_words as words from flow_trigger where shop = $1 and trigger = 'sync_stopped'`,
      [given.domain],
    )
  expect(startedIn(given)).toEqual([])
  expect(await waiting(given)).toEqual([])
  expect(await refused()).toEqual([{ words: 'Type error for property …: … …' }])
  expect(withoutValues(words)).toBe('Type error for property …: … …')
  const lines = written.mock.calls.map(([line]) => String(line)).filter((line) => line.includes('flow_trigger_refused'))
  expect(lines).toHaveLength(1)
  expect(lines[0]).not.toContain('ada@')

  await request(given)
  await syncToRest(given.domain)
  expect(startedIn(given)).toHaveLength(1)
  expect(await refused()).toEqual([{ words: null }])
})

test.each([
  ['Shopify answers 403', { kind: 'status', status: 403 }],
  ['the app’s address is not allowed', { kind: 'address-refused' }],
  ['Shopify throttles', { kind: 'throttled' }],
  ['Shopify answers 429', { kind: 'too-many-requests', retryAfterSeconds: 2 }],
  ['the connection breaks', { kind: 'reset', when: 'before' }],
] as const)('while %s, a request waits, and it is sent once Shopify answers', async (_what, fault) => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  sandbox.shopify.faults.cause({ ...fault, shop: given.domain })
  await request(given)
  for (let i = 0; i < 5; i++) {
    await takeTurn(given)
    skip(60_000)
  }
  expect(startedIn(given)).toEqual([])
  expect(await waiting(given)).toHaveLength(1)
  sandbox.shopify.faults.clear()
  skip(20 * 60_000)
  await syncToRest(given.domain)
  expect(startedIn(given)).toHaveLength(1)
  expect(await waiting(given)).toEqual([])
})

test('at most a thousand requests of a trigger wait, and the rest are dropped and counted', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  const many = Array.from({ length: MOST_WAITING + 5 }, () => stopped)
  await transaction((on) => requestFlowTriggers(given.domain, 'sync_stopped', many, clock(), on))
  await request(given)
  expect(await waiting(given)).toHaveLength(MOST_WAITING)
  const lines = written.mock.calls
    .map(([line]) => String(line))
    .filter((line) => line.includes('flow_triggers_dropped'))
  expect(lines.map((line) => JSON.parse(line).requests)).toEqual([5, 1])
})

test('a request about a customer goes when the customer is erased', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const customerId = customerNumber.parse(idOf(given))
  const payload = { customerId, newTier: 'Gold', oldTier: null }
  await transaction((on) => requestFlowTrigger(given.domain, 'loyalty_tier_delivered', payload, clock(), on))
  await transaction((on) => eraseCustomer(given.domain, customerId, [], clock(), on))
  expect(await waiting(given)).toEqual([])
})

test('Klaviyo’s words that are cut in the middle of a sign can be told', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const detail = `${'x'.repeat(299)}😀`
  const { words } = refusalOf(readErrors({ errors: [{ code: 'invalid', detail }] }))
  const issue = { customerId: customerNumber.parse(idOf(given)), code: 'profile_refused', words } as const
  await transaction((on) => requestFlowTrigger(given.domain, 'customer_not_synced', issue, clock(), on))
  await takeTurn(given)
  expect(startedIn(given).map(({ payload }) => payload.Explanation)).toEqual(['x'.repeat(299)])
})

test('a request that a rolled back transaction wrote down was never made', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  const failing = transaction(async (on) => {
    await requestFlowTrigger(given.domain, 'sync_stopped', stopped, clock(), on)
    throw new Error('the process dies')
  })
  await expect(failing).rejects.toThrow('the process dies')
  skip(DAY_MS)
  await syncToRest(given.domain)
  expect(startedIn(given)).toEqual([])
})

test('a database that fails while a token is renewed costs no workflow: the request is sent by the next turn', async () => {
  const given = await oneCustomer()
  await givenWorkflows(given)
  await request(given)
  const inDatabase = (statement: string) => rowsIn(sandbox.databaseUrl, statement)
  await inDatabase(
    `create function fail() returns trigger language plpgsql as $$ begin raise 'the disk is full'; end $$`,
  )
  await inDatabase('create trigger fails before update on "Session" for each row execute function fail()')
  sandbox.shopify.faults.cause({ kind: 'token-revoked', times: 1 })
  await expect(takeTurn(given)).rejects.toThrow('the disk is full')
  await inDatabase('drop function fail cascade')

  expect(startedIn(given)).toEqual([])
  await syncToRest(given.domain)
  expect(startedIn(given)).toHaveLength(1)
})
