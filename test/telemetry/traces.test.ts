import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { type ReceivedSpan, startOtlpReceiver } from '#test/sandbox/otlp-receiver.ts'
import { clock } from '#test/support/clock.ts'
import { givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { givenWeb } from '#test/support/web-process.ts'
import { givenWorker, untilAtRest } from '#test/worker/given-worker.ts'

const sandbox = useSandbox()
let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>
beforeAll(async () => (receiver = await startOtlpReceiver()))
afterAll(() => receiver.close())

const SOON = { timeout: 30_000, interval: 100 }
const tracing = () => ({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url })

async function givenFilledShop(): Promise<InstalledShop> {
  const given = await givenInstalledShop(sandbox)
  given.shop.customers.createMany(5, (i) => ({
    email: `geheim${i}@example.com`,
    firstName: 'Geheim',
    phone: `+1202555010${i}`,
  }))
  await connectKlaviyo(given.domain, given.key, clock())
  return given
}

/** Delivers a change of one customer through the web process, and resolves when Klaviyo has it. */
async function changeName(
  { domain, shop, accountId }: InstalledShop,
  origin: string,
  firstName: string,
): Promise<void> {
  sandbox.shopify.setAppUrl(origin)
  shop.webhooks.automatic = true
  const [first] = shop.customers.ascending()
  shop.customers.update(first!.id, { firstName })
  await shop.webhooks.flush()
  const profile = () => sandbox.klaviyo.account(accountId).profileByEmail('geheim0@example.com')
  await vi
    .waitUntil(() => profile()?.attributes.first_name === firstName, SOON)
    .catch(() => {
      throw new Error(`Klaviyo has not heard of the change of ${domain}`)
    })
}

const isBelow = (below: ReceivedSpan, above: ReceivedSpan): boolean => {
  if (below.parentSpanId === above.spanId) return true
  const parent = receiver.spans.find(({ spanId }) => spanId === below.parentSpanId)
  return parent !== undefined && isBelow(parent, above)
}

test('one trace leads from Shopify’s delivery to the call to Klaviyo, over two processes', {
  timeout: 120_000,
}, async () => {
  const given = await givenFilledShop()
  const worker = await givenWorker(sandbox, tracing())
  await untilAtRest(sandbox, given)
  const web = await givenWeb(sandbox, tracing())
  await changeName(given, web.origin, 'Geheimnew')
  await Promise.all([web.app.stop(), worker.stop()]) // what is left is sent before a process ends

  const delivery = receiver.spans.find(({ name }) => name === 'delivery')!
  expect(delivery).toMatchObject({ service: 'lockstep-web', kind: 2 })
  const ofTrace = receiver.spans.filter(({ traceId }) => traceId === delivery.traceId)
  const [turn, drain, read, call] = [
    'turn live',
    'drain',
    'shopify CustomersByIds',
    'klaviyo POST /api/profile-import',
  ].map((name) => ofTrace.find((span) => span.name === name))
  expect(turn).toMatchObject({ service: 'lockstep-worker', parentSpanId: delivery.spanId })
  expect(drain).toMatchObject({ parentSpanId: turn!.spanId })
  for (const span of [read, call]) expect(isBelow(span!, drain!)).toBe(true)
  expect(BigInt(call!.endTimeUnixNano)).toBeGreaterThan(BigInt(call!.startTimeUnixNano))
  expect(BigInt(call!.startTimeUnixNano)).toBeGreaterThan(BigInt(read!.startTimeUnixNano))

  const attributes = [...new Set(receiver.spans.flatMap((span) => span.attributes.map(({ key }) => key)))].sort()
  expect(attributes).toEqual(['lockstep.marks', 'lockstep.outcome', 'lockstep.shop', 'peer.service'])
  expect(receiver.sent()).not.toMatch(/geheim|202555|pk_|shpat_|gid:|traceparent/i)
})

test('a receiver that is away delays nothing, and is logged', { timeout: 120_000 }, async () => {
  const given = await givenFilledShop()
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9' }
  const worker = await givenWorker(sandbox, env)
  await untilAtRest(sandbox, given)
  const web = await givenWeb(sandbox, env)
  await changeName(given, web.origin, 'Geheimlater')
  expect(await Promise.all([web.app.stop(), worker.stop()])).toEqual([0, 0])
  expect(await worker.event('telemetry_failed')).toMatchObject({ what: 'traces' })
})

test.each([
  ['nothing is configured', {}, ['pino']],
  ['metrics are', { METRICS_PORT: '0' }, ['@opentelemetry', 'pino', 'prom-client']],
])('where %s, only what is needed is loaded', { timeout: 60_000 }, async (_, env, expected) => {
  const tellLoaded = new URL('./tell-loaded.mjs', import.meta.url).pathname
  const worker = await givenWorker(sandbox, { ...env, NODE_OPTIONS: `--import=${tellLoaded}` })
  await worker.stop()
  expect((await worker.event('modules_loaded')).loaded).toEqual(expected)
})
