import type { MappedValue, ValueSource } from '#app/core/profile/mapped-values.ts'
import { plainReading } from '#app/core/profile/mapped-values.ts'
import { syncShop } from '#app/sync/turn/sync-shop.ts'
import { clock, skip } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, type Sandbox, syncToRest } from '#test/support/sandbox.ts'
import { choose } from '#test/support/settings.ts'

/** A value of a JSON metafield, or of a whole one if no path is given. */
export function fromMetafield(name: string, ...path: string[]): ValueSource {
  const dot = name.indexOf('.')
  const [namespace, key] = [name.slice(0, dot), name.slice(dot + 1)]
  return { kind: 'metafield', namespace, key, type: path.length > 0 ? 'json' : 'single_line_text_field', path }
}

export function mappedTo(name: string, source: ValueSource): MappedValue {
  return { on: true, name, source, reading: plainReading, meaning: 'points' }
}

/** A connected shop in which a loyalty value is mapped, with customers, in sync and with webhooks on their way by themselves. */
export async function givenLoyaltyShop(
  sandbox: Sandbox,
  source: ValueSource,
  { customers = 1, ...settings }: { customers?: number } & Parameters<typeof givenConnectedShop>[2] = {},
) {
  const given = await givenConnectedShop(
    sandbox,
    (shop) => shop.customers.createMany(customers, (i) => ({ email: `c${i}@example.com` })),
    settings,
  )
  await choose(given, 'mapping', { values: [mappedTo('Points', source)] })
  await syncToRest(given.domain)
  given.shop.webhooks.automatic = true
  const id = (index = 0) => given.shop.customers.ascending()[index]!.id
  return { ...given, id, ...looksAt(sandbox, given, id) }
}

function looksAt(sandbox: Sandbox, given: InstalledShop, id: (index?: number) => string) {
  const { domain, shop, accountId } = given
  return {
    marks: () =>
      rowsIn(sandbox.databaseUrl, 'select * from dirty_customer where shop = $1 order by customer_id', [domain]),
    points: (index = 0) =>
      sandbox.klaviyo.account(accountId).profileByEmail(`c${index}@example.com`)?.attributes.properties.Points,
    order: async (index = 0) => {
      const { numberOfOrders } = shop.customers.get(id(index))!
      shop.customers.update(id(index), { numberOfOrders: `${Number(numberOfOrders) + 1}` })
      await shop.webhooks.flush()
    },
    reads: () => sandbox.shopify.log.of('CustomersByIds').length,
  }
}

/** Runs turns of the shop until nothing is due, without setting the clock forward. Returns when there is work again. */
export async function syncDue({ domain }: InstalledShop): Promise<Date | null> {
  for (;;) {
    const next = await syncShop(domain, { clock, signal: AbortSignal.timeout(30_000) })
    if (!next || next.getTime() > Date.now() + 700) return next
    skip(next.getTime() - Date.now())
  }
}
