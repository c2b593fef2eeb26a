import type { ShopDomain } from '#app/core/ids.ts'
import { rowsOf, sql, transaction } from '../database.ts'
import { forgetJob } from '../import-jobs.ts'
import { saveRetries } from '../marks.ts'
import type { Batch } from './retention-rule.ts'

/**
 * Gives up on one import that could not be checked since before an instant. Its customers (10,000 at most: Klaviyo accepts no more in one
 * import) are marked, and so are pushed again if the shop is connected again.
 */
export async function abandonImport({ now, before, limit }: Batch): Promise<number> {
  return transaction(async (on) => {
    const [job] = await rowsOf<{ id: string; shop: string }>(
      sql`select id, shop from import_job where next_check_at < ${before} order by next_check_at limit 1 for update skip locked`,
      on,
    )
    if (!job) return 0
    const shop = job.shop as ShopDomain
    const customers = await forgetJob(shop, job.id, on)
    const retries = customers.map((customerId) => ({ customerId, attempt: 0, notBefore: now, singleOnly: false }))
    await saveRetries(shop, retries, now, on)
    return limit // there may be another
  })
}
