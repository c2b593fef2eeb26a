import { backoffMs } from '#app/core/flow/backoff.ts'
import { after } from '#app/core/flow/instants.ts'
import { endpoints } from '#app/klaviyo/endpoints.ts'
import { requestDeletion } from '#app/klaviyo/request-deletion.ts'
import { deferDeletion, listDueDeletions, saveDeletionAsked } from '#app/store/tombstones.ts'
import type { Conducting } from '../deliver/conducting.ts'
import { heedInterruption, takeCalls } from '../deliver/take-calls.ts'
import { privacyEvent } from '../events.ts'

const AT_A_TIME = 20

/** Asks Klaviyo to delete people who were erased in Shopify. Asked until Klaviyo has taken it: an hour's fault changes nothing about a right. */
export async function eraseInKlaviyo(conducting: Conducting): Promise<number> {
  const { shop, connection, clock } = conducting
  let asked = 0
  for (const { customerId, identifier, attempt } of await listDueDeletions(shop, AT_A_TIME, clock())) {
    const allowed = await takeCalls(conducting, endpoints.requestDeletion, 1)
    if (allowed.kind !== 'granted') break
    const outcome = await requestDeletion(connection.key, identifier)
    if (outcome.kind === 'done') {
      await saveDeletionAsked(shop, customerId, clock())
      privacyEvent('deletion_asked', { shop, customerId })
      asked++
      continue
    }
    if (outcome.kind === 'refused') privacyEvent('deletion_refused', { shop, customerId })
    else await heedInterruption(conducting, endpoints.requestDeletion, outcome)
    const next = attempt + 1
    await deferDeletion(shop, customerId, { attempt: next, notBefore: after(clock(), backoffMs(next, customerId)) })
  }
  return asked
}
