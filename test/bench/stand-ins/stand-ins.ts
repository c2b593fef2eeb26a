// A process with a Shopify and a Klaviyo that remember, so that their work is not counted as the app's. Klaviyo keeps to its
// real limits.
import { answerCalls } from '../process/remote-calls.ts'
import { startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { startShopify } from '#test/sandbox/shopify/server.ts'
import { ChangedCustomers } from './changed-customers.ts'
import { watchTransfers } from './transfers.ts'

export interface ShopSetup {
  readonly domain: string
  readonly customers: number
  readonly seed: number
  /** Points a second: 100 on the standard plan, 1,000 and 2,000 on the largest. */
  readonly restoreRate?: number
}

export interface AccountSetup {
  readonly account: string
  readonly key: string
}

const shopify = await startShopify({
  apiKey: process.env.SHOPIFY_API_KEY!,
  apiSecret: process.env.SHOPIFY_API_SECRET!,
  bulkDurationMs: 0,
})
const klaviyo = await startKlaviyo({ port: Number(new URL(process.env.KLAVIYO_BASE_URL!).port), limits: 'real' })
const transfers = watchTransfers()
const changed = new ChangedCustomers(shopify, klaviyo)

export const calls = {
  origin: () => shopify.origin,
  sendWebhooksTo: (appUrl: string) => shopify.setAppUrl(appUrl),
  addShop({ domain, customers, seed, restoreRate = 100 }: ShopSetup) {
    seedCustomers(shopify.addShop({ domain, restoreRate }), { count: customers, seed })
  },
  addAccount: ({ account, key }: AccountSetup) =>
    klaviyo.addAccount({ id: account, name: account, keys: [{ key, scopes: 'full' }] }),
  /** Lets go of what an account holds. */
  emptyAccount: (account: string) => klaviyo.account(account).reset(),
  pageParams: (domain: string) => shopify.embeddedUrlParams(domain).toString(),
  async bulkFile({ domain, operation }: { domain: string; operation: string }) {
    const { url, fileSize, rootObjectCount } = await shopify.shop(domain).bulk.finished(operation)
    return { url: url!, bytes: Number(fileSize), customers: Number(rootObjectCount) }
  },
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
  overLimit: () => klaviyo.log.overLimit,
  burst: changed.burst.bind(changed),
  outOfStep: changed.outOfStep.bind(changed),
  trickle: changed.trickle.bind(changed),
}
answerCalls(calls)
