import type { LockstepApp } from '../../sandbox/lockstep-app.ts'
import { DrilledShop } from '../drilled-shop.ts'

export interface PhaseResult {
  readonly phase: string
  readonly acknowledged: number
  /** Deliveries that were sent again because the web process was being exchanged. */
  readonly retried: number
  /** Deliveries that were never acknowledged. */
  readonly givenUp: number
  readonly customers: number
  /** What the law finds, one sentence each. */
  readonly differences: readonly string[]
}

export interface UpgradeSetup {
  readonly databaseUrl: string
  /** The folders of the two releases. */
  readonly oldRoot: string
  readonly newRoot: string
  readonly customers: number
  /** Changes in the shop while one process is exchanged. */
  readonly changes: number
}

/**
 * Exchanges the processes of a release for those of another, one by one, while the shop lives on: the new worker beside the old web
 * process, the old worker beside the new web process, and the new ones alone. The law is checked after each.
 */
export async function playUpgrade({
  databaseUrl,
  oldRoot,
  newRoot,
  customers,
  changes,
}: UpgradeSetup): Promise<PhaseResult[]> {
  const shop = await DrilledShop.open({ customers, databaseUrl })
  const results: PhaseResult[] = []
  const stop = async (app: LockstepApp) => {
    const code = await app.stop()
    if (code !== 0) throw new Error(`A process ended with ${code} when it was told to stop.`)
  }
  const phase = async (name: string, exchange: () => Promise<void>) => {
    const before = shop.shop.webhooks.stats
    const [living, exchanging] = [shop.live(changes), exchange()]
    await Promise.all([living, exchanging])
    await shop.toRest(name)
    const { acknowledged, retried, givenUp } = shop.shop.webhooks.stats
    const law = await shop.law()
    results.push({
      phase: name,
      acknowledged: acknowledged - before.acknowledged,
      retried: retried - before.retried,
      givenUp: givenUp - before.givenUp,
      customers: law.customers,
      differences: law.differences,
    })
  }
  try {
    const [oldWeb, oldWorker] = [await shop.start('web', oldRoot), await shop.start('worker', oldRoot)]
    await shop.connect()
    await shop.toRest('first sync')
    let worker = oldWorker
    const exchangeWorker = async (root: string) => {
      const next = await shop.start('worker', root)
      await stop(worker)
      worker = next
    }
    await phase('old web + new worker', () => exchangeWorker(newRoot))
    await phase('new web + old worker', async () => {
      await shop.start('web', newRoot)
      await stop(oldWeb)
      await exchangeWorker(oldRoot)
    })
    await phase('new web + new worker', () => exchangeWorker(newRoot))
  } finally {
    await shop.close()
  }
  return results
}
