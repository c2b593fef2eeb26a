// A process with a Shopify and a Klaviyo that remember, so that their work is not counted as the app's. Klaviyo keeps to its
// real limits.
import { setTimeout as wait } from 'node:timers/promises'
import { operationNames } from '#test/sandbox/klaviyo/operations.ts'
import { startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { Merchant } from '#test/sandbox/merchant.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { startShopify } from '#test/sandbox/shopify/server.ts'
import { answerCalls } from '../process/remote-calls.ts'
import { ChangedCustomers } from './changed-customers.ts'
import { watchTransfers } from './transfers.ts'

export interface ShopSetup {
  readonly domain: string
  readonly customers: number
  readonly seed: number
  /** Points a second: 100 on the standard plan, 1,000 and 2,000 on the largest. */
  readonly restoreRate?: number
}

const shopify = await startShopify({
  apiKey: process.env.SHOPIFY_API_KEY!,
  apiSecret: process.env.SHOPIFY_API_SECRET!,
  bulkDurationMs: 0,
})
const klaviyo = await startKlaviyo({ port: Number(new URL(process.env.KLAVIYO_BASE_URL!).port), limits: 'real' })
const transfers = watchTransfers()
const changed = new ChangedCustomers(shopify, klaviyo)

let app: string
const merchantOf = (shop: string) => new Merchant({ app, shopify, shop })

export const calls = {
  origin: () => shopify.origin,
  useApp(origin: string) {
    app = origin
    shopify.setAppUrl(origin)
  },
  addShop({ domain, customers, seed, restoreRate = 100 }: ShopSetup) {
    seedCustomers(shopify.addShop({ domain, restoreRate }), { count: customers, seed })
  },
  addAccount({ account, key }: { account: string; key: string }) {
    klaviyo.addAccount({ id: account, name: account, keys: [{ key, scopes: 'full' }] })
  },
  /** Lets go of what an account holds. */
  emptyAccount: (account: string) => klaviyo.account(account).reset(),
  async install(domain: string) {
    await merchantOf(domain).open('/app')
  },
  async connect({ domain, key }: { domain: string; key: string }) {
    const answer = await merchantOf(domain).submit('/app/settings.data', { intent: 'connect', key })
    if (!answer.includes('connected')) throw new Error(`${domain} was not connected: ${answer.slice(0, 300)}`)
  },
  /** The file of a shop's last bulk operation. */
  lastFile(domain: string) {
    const { url, fileSize, rootObjectCount } = shopify.shop(domain).bulk.all().at(-1)!
    return { url: url!, bytes: Number(fileSize), customers: Number(rootObjectCount) }
  },
  /** What went from Shopify's files to Klaviyo since this was last asked. */
  transfer: () => transfers.latest(),
  profiles: (account: string) => klaviyo.account(account).size,
  /** Calls made so far for an account, by operation. */
  callsOf(account: string) {
    const counts: Record<string, number> = {}
    for (const { account: whose, operation } of klaviyo.log.entries) {
      if (whose === account && operation) counts[operation] = (counts[operation] ?? 0) + 1
    }
    return counts
  },
  /** From now on Klaviyo takes its time over every call, and longer over an import. */
  slowDown({ callMs, importMs }: { callMs: number; importMs: number }) {
    const others = operationNames.filter((name) => name !== 'bulk_import_profiles')
    klaviyo.faults.add({ kind: 'slow', ms: callMs, operations: others })
    klaviyo.faults.add({ kind: 'slow', ms: importMs, operations: ['bulk_import_profiles'] })
  },
  /** From now on Klaviyo answers nothing that is asked for these accounts. */
  hang(accounts: readonly string[]) {
    for (const account of accounts) klaviyo.faults.add({ kind: 'hang', account })
  },
  /** Resolves when so many calls hang. */
  async untilHanging(calls: number) {
    const hangs = () => klaviyo.faults.standing.filter(({ spec, struck }) => spec.kind === 'hang' && struck > 0).length
    while (hangs() < calls) await wait(10)
  },
  answerAgain: () => klaviyo.faults.release('hang'),
  /** How often Klaviyo had to say 429. */
  overLimit: () => klaviyo.log.overLimit,
  burst: changed.burst.bind(changed),
  outOfStep: changed.outOfStep.bind(changed),
  trickle: changed.trickle.bind(changed),
}
answerCalls(calls)
