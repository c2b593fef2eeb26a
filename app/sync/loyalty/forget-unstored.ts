import type { ShopDomain } from '#app/core/ids.ts'
import { kindsWithNewSource, type LoyaltyChoices, recordedMeanings, storedMeanings } from '#app/core/profile/loyalty.ts'
import { timesSent } from '#app/core/profile/loyalty-times.ts'
import type { Sql } from '#app/store/database.ts'
import { saveLoyaltyChanged } from '#app/store/loyalty-settings.ts'
import { forgetTimes } from '#app/store/loyalty-times.ts'
import { forgetLoyalty, forgetLoyaltyEvents, forgetLoyaltyKinds } from '#app/store/loyalty-values.ts'

/**
 * Deletes what is no longer stored after a choice: times and values that are not sent or recorded any more, and values that cannot be compared
 * with the next ones, because they were read in another way. The shop's row is locked.
 */
export async function forgetUnstored(
  shop: ShopDomain,
  { before, next, now }: { before: LoyaltyChoices; next: LoyaltyChoices; now: Date },
  on: Sql,
): Promise<void> {
  const sent = timesSent(next.mapping)
  await forgetTimes(
    shop,
    timesSent(before.mapping).filter((field) => !sent.includes(field)),
    on,
  )
  const resourced = kindsWithNewSource(before.mapping, next.mapping)
  const [stored, recorded] = [storedMeanings(next), recordedMeanings(next)]
  const unstored = storedMeanings(before).filter((kind) => !stored.includes(kind) || resourced.includes(kind))
  const unrecorded = recordedMeanings(before).filter((kind) => !recorded.includes(kind) || resourced.includes(kind))
  if (unstored.length > 0 || resourced.length > 0) await saveLoyaltyChanged(shop, now, on)
  if (stored.length === 0) return forgetLoyalty(shop, on)
  await forgetLoyaltyKinds(shop, unstored, on)
  await forgetLoyaltyEvents(shop, unrecorded, on)
}
