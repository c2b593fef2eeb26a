import { afterEach, expect, test, vi } from 'vitest'
import { isApiVersionServed } from '#app/shopify/answered-version.ts'
import { countShopifyTroubles } from '#app/store/shopify-troubles.ts'
import { disconnectKlaviyo } from '#app/sync/connection/disconnect-klaviyo.ts'
import { tellOperator } from '#app/sync/shopify/tell-operator.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { givenConnectedShop, type InstalledShop, syncToRest, useSandbox } from '#test/support/sandbox.ts'
import { switchOff } from '#test/support/switch.ts'
import { tell } from '#test/support/tell.ts'

const sandbox = useSandbox()
const MINUTE_MS = 60_000

afterEach(() => void vi.restoreAllMocks())

const syncOneTurn = ({ domain }: InstalledShop) => syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
const givenAda = () => givenConnectedShop(sandbox, (shop) => void shop.customers.create({ email: 'ada@example.com' }))

/** A customer of the shop changes, and a turn asks Shopify for it. */
async function change(given: InstalledShop): Promise<void> {
  await tell(given.domain, given.shop.customers.update(given.shop.customers.ascending()[0]!.id, { firstName: 'New' }))
  await syncOneTurn(given)
}

/** Records what is logged about operator faults from now on. */
function watchFaultLines() {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  return () =>
    written.mock.calls
      .map(([line]) => String(line))
      .filter((line) => line.includes('"event":"operator_fault_'))
      .map((line) => {
        const { event, fault, shops } = JSON.parse(line) as { event: string; fault: string; shops?: number }
        return shops === undefined ? `${event} ${fault}` : `${event} ${fault} ${shops}`
      })
}

test.each([
  ['address_not_allowed', { kind: 'address-refused' }],
  ['forbidden', { kind: 'status', status: 403, html: true }],
  ['fields_withheld', { kind: 'field-denied', fields: ['Customer.firstName'] }],
] as const)(
  '%s is logged once, however many shops and processes meet it, and once more when no shop has it',
  async (why, fault) => {
    const shops = [await givenAda(), await givenAda()]
    const faultLines = watchFaultLines()
    sandbox.shopify.faults.cause(fault)
    for (const shop of shops) await change(shop)
    expect((await countShopifyTroubles()).get(why)).toBe(2)
    await Promise.all([tellOperator(clock()), tellOperator(clock()), tellOperator(clock())])
    await tellOperator(clock())
    expect(faultLines()).toEqual([`operator_fault_began ${why} 2`])

    sandbox.shopify.faults.clear()
    skip(20 * MINUTE_MS)
    await syncToRest(shops[0]!.domain)
    await tellOperator(clock())
    expect(faultLines()).toHaveLength(1)
    await syncToRest(shops[1]!.domain)
    await Promise.all([tellOperator(clock()), tellOperator(clock())])
    expect(faultLines().slice(1)).toEqual([`operator_fault_over ${why}`])
  },
)

test.each([
  ['a shop that is frozen', { kind: 'status', status: 402 }],
  ['a shop that is gone', { kind: 'status', status: 404 }],
  ['a shop that is locked', { kind: 'status', status: 423 }],
  ['a dead token', { kind: 'status', status: 401 }],
] as const)(
  '%s is counted, but nothing is logged for the operator, because only the merchant can mend it',
  async (_, fault) => {
    const given = await givenAda()
    const faultLines = watchFaultLines()
    sandbox.shopify.faults.cause(fault)
    await change(given)
    await tellOperator(clock())
    expect(faultLines()).toEqual([])
    expect([...(await countShopifyTroubles()).values()]).toEqual([1])
    sandbox.shopify.faults.clear()
    skip(2 * MINUTE_MS)
    await syncToRest(given.domain)
    expect([...(await countShopifyTroubles()).values()]).toEqual([])
  },
)

test('a shop to which no requests are sent any more does not keep a fault open', async () => {
  for (const leave of ['turned off', 'disconnected']) {
    const given = await givenAda()
    const faultLines = watchFaultLines()
    sandbox.shopify.faults.cause({ kind: 'address-refused' })
    await change(given)
    await tellOperator(clock())
    sandbox.shopify.faults.clear()
    if (leave === 'disconnected') await disconnectKlaviyo(given.domain, clock())
    else await switchOff(given)
    await tellOperator(clock())
    expect(faultLines()).toEqual([
      'operator_fault_began address_not_allowed 1',
      'operator_fault_over address_not_allowed',
    ])
    vi.restoreAllMocks()
  }
})

test('an API version that Shopify no longer serves is logged, although it still answers', async () => {
  const given = await givenAda()
  const faultLines = watchFaultLines()
  sandbox.shopify.faults.cause({ kind: 'version-retired', answeredIn: '2027-01' })
  await change(given)
  await syncToRest(given.domain)
  expect(isApiVersionServed()).toBe(false)
  await tellOperator(clock())
  sandbox.shopify.faults.clear()
  await change(given)
  await syncToRest(given.domain)
  await tellOperator(clock())
  expect(faultLines()).toEqual([
    'operator_fault_began api_version_retired 0',
    'operator_fault_over api_version_retired',
  ])
})
