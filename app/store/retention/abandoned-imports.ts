import type { ShopDomain } from '#app/core/ids.ts'
import { autocommit, rowsOf, sql, transaction } from '../database.ts'
import { forgetImport } from '../imports.ts'
import { saveRetries } from '../marks.ts'
import type { Batch } from './retention-rule.ts'

/**
 * Gives up on one import that could not be checked since before an instant. Its customers (10,000 at most: Klaviyo accepts no more in one
 * import) are marked, and so are pushed again if the shop is connected again.
 */
export async function abandonImport({ now, before, limit }: Batch): Promise<number> {
  const [oldest] = await rowsOf<{ shop: ShopDomain; id: string }>(
    sql`
      select shop, id from outbox where kind in ('import', 'run_import') and not_before < ${before} order by not_before limit 1`,
    autocommit,
  )
  if (!oldest) return 0
  const { shop, id } = oldest
  await transaction(async (on) => {
    const held = await rowsOf(
      sql`select 1 from outbox where shop = ${shop} and id = ${id}::uuid and not_before < ${before} for update skip locked`,
      on,
    )
    if (held.length === 0) return
    const customers = await forgetImport(shop, id, on)
    const retries = customers.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly: false }))
    await saveRetries(shop, retries, now, on)
  })
  return limit // there may be another
}
