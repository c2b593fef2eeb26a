// A process with the Shopify and the Klaviyo of all shops of a soak: what they do must not take time from the app's event loops, nor from
// the loop of whoever kills and measures.
import { setTimeout as wait } from 'node:timers/promises'
import { answerCalls } from '#test/bench/process/remote-calls.ts'
import { startKlaviyo } from '#test/sandbox/klaviyo/server.ts'
import { checkLaw } from '#test/sandbox/law/check-law.ts'
import { readLockstepRows } from '#test/sandbox/law/lockstep-rows.ts'
import { Merchant } from '#test/sandbox/merchant.ts'
import { seedCustomers } from '#test/sandbox/shopify/seed-customers.ts'
import { startShopify } from '#test/sandbox/shopify/server.ts'
import type { SoakShop } from '#test/soak/soak-shops.ts'
import { ShopTraffic } from './shop-traffic.ts'
import { TimedChanges } from './timed-changes.ts'

/** Pages that merchants open at the same time while the shops are set up. */
const MERCHANTS = 4
/** A time zone in which it is about noon, so that no shop's nightly check falls into the soak. */
const NOON = `Etc/GMT${signed(new Date().getUTCHours() - 12)}`

const shopify = await startShopify({
  apiKey: process.env.SHOPIFY_API_KEY!,
  apiSecret: process.env.SHOPIFY_API_SECRET!,
  bulkDurationMs: 200,
})
const klaviyo = await startKlaviyo({ port: Number(new URL(process.env.KLAVIYO_BASE_URL!).port), limits: 'real' })

let app: string
let shops: readonly SoakShop[] = []
let traffic: ShopTraffic
let timed: TimedChanges

export const calls = {
  origin: () => shopify.origin,
  useApp(origin: string) {
    app = origin
    shopify.setAppUrl(origin)
  },
  /** Makes the shops with their customers, installs the app in each and connects all but the newcomers. */
  async open({ all, seed }: { all: readonly SoakShop[]; seed: number }) {
    shops = all
    for (const [i, shop] of shops.entries()) addShop(shop, seed + i)
    timed = new TimedChanges({ shopify, klaviyo, shops, seed })
    traffic = new ShopTraffic(shopify, shops, { seed, sparedOf: (domain) => timed.timedIn(domain) })
    const waiting = [...shops]
    const installSome = async () => {
      for (let shop = waiting.shift(); shop; shop = waiting.shift()) {
        await merchantOf(shop).open('/app')
        if (shop.kind !== 'newcomer') await connect(shop)
      }
    }
    await Promise.all(Array.from({ length: MERCHANTS }, installSome))
  },
  connect: (shop: SoakShop) => connect(shop),
  startTraffic({ perSecond, timedEveryMs }: { perSecond: number; timedEveryMs: number }) {
    traffic.start(perSecond)
    timed.start(timedEveryMs)
  },
  traffic: () => traffic.figures(),
  /** Nothing happens in the shops any more. Resolves when Shopify has delivered everything, or given it up. */
  async endTraffic() {
    traffic.stop()
    timed.stop()
    await traffic.flush()
    return traffic.figures()
  },
  timed: () => timed.figures(),
  /** From now on Klaviyo answers nothing that is asked for these accounts. */
  hang(accounts: readonly string[]) {
    for (const account of accounts) klaviyo.faults.add({ kind: 'hang', account })
  },
  answerAgain: () => klaviyo.faults.release('hang'),
  klaviyo: () => ({
    calls: klaviyo.log.entries.length,
    hung: klaviyo.faults.counts().hang ?? 0,
    overLimit: klaviyo.log.overLimit,
  }),
  /** Checks the one law for every customer of every shop. Returns the sums, and the first differences, which name ids only. */
  async checkLaw(databaseUrl: string) {
    const sums = { customers: 0, synced: 0, differing: 0, differences: [] as string[] }
    for (const { domain, account } of shops) {
      const rows = await readLockstepRows(databaseUrl, domain)
      const law = checkLaw(shopify.shop(domain), klaviyo.account(account), rows)
      sums.customers += law.customers
      sums.synced += law.synced
      sums.differing += law.differences.length
      sums.differences.push(...law.differences.map((difference) => `${domain}: ${difference}`))
      await wait(0)
    }
    return { ...sums, differences: sums.differences.slice(0, 20) }
  },
}
answerCalls(calls)

function addShop({ domain, account, key, customers, restoreRate }: SoakShop, seed: number): void {
  const shop = shopify.addShop({ domain, restoreRate, timeZone: NOON })
  seedCustomers(shop, { count: customers, seed, refused: true })
  // In life all repeats span four hours; here a minute.
  shop.webhooks.configure({ seed, shuffle: true, duplicateRate: 0.05, holdBackRate: 0.01, retryDelayMs: 250 })
  klaviyo.addAccount({ id: account, name: account, keys: [{ key, scopes: 'full' }] })
}

function merchantOf({ domain }: SoakShop): Merchant {
  return new Merchant({ app, shopify, shop: domain })
}

async function connect(shop: SoakShop): Promise<void> {
  const answer = await merchantOf(shop).submit('/app/settings.data', { intent: 'connect', key: shop.key })
  if (!answer.includes('connected')) throw new Error(`${shop.domain} was not connected: ${answer.slice(0, 300)}`)
}

function signed(hours: number): string {
  return hours < 0 ? String(hours) : `+${hours}`
}
