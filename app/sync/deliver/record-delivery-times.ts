import { bucketsOf } from '#app/core/flow/delivery-times.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { Sql } from '#app/store/database.ts'
import { saveHeard } from '#app/store/imports.ts'
import { addToHour } from '#app/store/sync-hours.ts'
import { changesDelivered } from '#app/telemetry/facts.ts'
import type { DeliveredReads } from './deliver-reads.ts'
import type { SettledCustomer } from './settle-batch.ts'

/**
 * Records how long the changes of a batch took, from when Lockstep received them until Klaviyo accepted them. Changes in an import are recorded
 * when the import ends. `heardAt` returns when a customer's change was received, and null if none was. A customer whose profile is not
 * complete in Klaviyo yet is recorded once the rest is sent.
 */
export async function recordDeliveryTimes(
  shop: ShopDomain,
  { settled, jobs, now }: Pick<DeliveredReads, 'settled' | 'jobs' | 'now'>,
  heardAt: (customer: SettledCustomer) => Date | null,
  on: Sql,
): Promise<void> {
  const sent = settled.flatMap((customer) => {
    const { outcome, delivery } = customer
    const at = outcome.kind === 'settled' && !outcome.followUp && delivery.push ? heardAt(customer) : null
    return at ? { customerId: delivery.read.customerId, heardAt: at, outcome: delivery.push!.outcome.kind } : []
  })
  const accepted = sent.filter(({ outcome }) => outcome === 'accepted')
  const deliveries = accepted.map(({ heardAt: at }) => ({ tookMs: now.getTime() - at.getTime(), changes: 1 }))
  changesDelivered.tell({ deliveries })
  if (deliveries.length > 0) await addToHour(shop, { deliveryTimes: bucketsOf(deliveries) }, now, on)
  const carried = sent.filter(({ outcome }) => outcome === 'carried')
  await saveHeard(
    shop,
    jobs.map(({ id }) => id),
    carried,
    on,
  )
}
