import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createWebServer } from '#app/server.ts'
import { conductShop } from '#app/sync/conduct/conduct-shop.ts'
import { connectKlaviyo } from '#app/sync/connection/connect-klaviyo.ts'
import { startFullSync } from '#app/sync/status/start-full-sync.ts'
import type { FaultSpec } from '#test/sandbox/klaviyo/faults/fault-spec.ts'
import { checkLaw } from '#test/sandbox/law.ts'
import { readLockstepRows } from '#test/sandbox/lockstep-rows.ts'
import { liveOn } from '#test/sandbox/shop-life.ts'
import type { Fault } from '#test/sandbox/shopify/faults.ts'
import { pick, type Random, seededRandom } from '#test/sandbox/shopify/random.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { clock, skip } from '#test/support/clock.ts'
import { conductToRest, givenInstalledShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'

const FIRST_SEED = Number(process.env.CONVERGENCE_SEED ?? 1)
const SEEDS = Number(process.env.CONVERGENCE_SEEDS ?? 25)

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })
const server = createWebServer((_request, response) => response.writeHead(404).end())

beforeAll(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  sandbox.shopify.setAppUrl(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
afterAll(() => void server.close())

/** A process that is killed does not finish its sentence: from a random look at the clock on, nothing more happens. */
class Killed extends Error {}

const klaviyoFaults: readonly ((random: Random) => FaultSpec)[] = [
  (random) => ({ kind: 'throttle', retryAfterSeconds: 1 + Math.floor(random() * 20), times: 1 }),
  (random) => ({
    kind: 'status',
    status: pick(random, [500, 502, 503, 504] as const),
    times: 1 + Math.floor(random() * 4),
  }),
  () => ({ kind: 'resetBefore', times: 2 }),
  () => ({ kind: 'resetAfter', times: 2 }),
  () => ({ kind: 'truncate', times: 1 }),
  () => ({ kind: 'empty', times: 1 }),
  () => ({ kind: 'cancelJob' }),
]
const shopifyFaults: readonly ((random: Random) => Fault)[] = [
  () => ({ kind: 'throttled', times: 1 }),
  () => ({ kind: 'status', status: 503, times: 1 }),
  () => ({ kind: 'reset', when: 'before', times: 1 }),
  () => ({ kind: 'reset', when: 'after', times: 1 }),
  (random) => ({
    kind: 'stale-reads',
    forMs: random() * 8_000,
    times: 3,
    changes: ['updated', 'metafield', 'tags-added', 'created', 'removed'],
  }),
  (random) => ({ kind: 'download-cut', afterBytes: Math.floor(random() * 20_000), times: 1 }),
  () => ({ kind: 'bulk-failed', errorCode: 'INTERNAL_SERVER_ERROR', times: 1 }),
  () => ({ kind: 'bulk-canceled', times: 1 }),
  () => ({ kind: 'url-expired', times: 1 }),
  (random) => ({ kind: 'finish-webhook', how: pick(random, ['lost', 'early', 'double'] as const), times: 1 }),
]

/** One of the things that may come next in a shop's life. */
async function comeNext({ domain, shop }: InstalledShop, ids: readonly string[], random: Random): Promise<void> {
  const chosen = random()
  if (chosen < 0.45) for (let i = Math.floor(random() * 15); i >= 0; i--) liveOn(shop, ids, random)
  else if (chosen < 0.55) sandbox.klaviyo.faults.add(pick(random, klaviyoFaults)(random))
  else if (chosen < 0.65) sandbox.shopify.faults.cause(pick(random, shopifyFaults)(random))
  else if (chosen < 0.7) skip(random() * 90 * 60_000)
  else if (chosen < 0.74) await startFullSync(domain, { trigger: 'by_hand', by: null, now: clock() })
  else if (chosen < 0.8) await shop.webhooks.flush()
  else if (chosen < 0.9) await conductUntilKilled(domain, Math.floor(random() * 60))
  else await conductShop(domain, { clock, signal: AbortSignal.timeout(20_000), sliceMs: random() * 40 })
}

async function conductUntilKilled(domain: InstalledShop['domain'], looks: number): Promise<void> {
  let left = looks
  const dyingClock = () => {
    if (left-- <= 0) throw new Killed()
    return clock()
  }
  await conductShop(domain, { clock: dyingClock, signal: AbortSignal.timeout(20_000) }).catch((error) => {
    if (!(error instanceof Killed)) throw error
  })
}

test.each(Array.from({ length: SEEDS }, (_, i) => FIRST_SEED + i))(
  'whatever happens on the way, in the end the one law holds (seed %i)',
  async (seed) => {
    const random = seededRandom(seed)
    const installed = await givenInstalledShop(sandbox)
    const { domain, shop, key, accountId } = installed
    seedCustomers(shop, { count: 20 + Math.floor(random() * 120), seed, refused: true })
    const ids = [...shop.customers.all()].map((customer) => customer.id)
    shop.webhooks.automatic = true
    shop.webhooks.configure({ seed, shuffle: true, duplicateRate: 0.2, holdBackRate: 0.2, retryDelayMs: 1 })
    await connectKlaviyo(domain, key, clock())

    for (let step = 10 + Math.floor(random() * 30); step > 0; step--) await comeNext(installed, ids, random)

    sandbox.klaviyo.faults.clear()
    sandbox.shopify.faults.clear()
    await shop.webhooks.flush()
    await conductToRest(domain)

    const law = checkLaw(shop, sandbox.klaviyo.account(accountId), await readLockstepRows(sandbox.databaseUrl, domain))
    expect(law.differences, `CONVERGENCE_SEED=${seed} CONVERGENCE_SEEDS=1 npm run converge`).toEqual([])
    expect(shop.webhooks.stats.givenUp).toBe(0)
  },
)
