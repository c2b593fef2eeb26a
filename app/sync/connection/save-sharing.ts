import type { ShopDomain } from '#app/core/ids.ts'
import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { isSameSharing, type Sharing } from '#app/core/profile/sharing.ts'
import type { Sql } from '#app/store/database.ts'
import { saveChoice, saveForgottenFields } from '#app/store/settings.ts'
import type { Shop } from '#app/store/shops.ts'

const LONGEST_SUGGESTION = 20

/** Saves what a shop writes beside other shops. What it wrote under other names stays in Klaviyo: it may be another shop's by now. */
export async function saveSharing(shop: Shop, sharing: Sharing, now: Date, on: Sql): Promise<void> {
  if (isSameSharing(shop.destination.sharing, sharing)) return
  const choice = { ...shop.destination, sharing }
  await saveChoice(shop.domain, 'destination', { choice, comparedFrom: null }, on)
  await saveForgottenAfterSharing(shop, sharing, now, on)
}

/** Records which fields stay in Klaviyo when a shop begins to write others. */
export async function saveForgottenAfterSharing(
  { domain, mapping }: Shop,
  sharing: Sharing,
  now: Date,
  on: Sql,
): Promise<void> {
  const forgotten = forgottenAfter(mapping, mapping.mapping, sharing)
  await saveForgottenFields(domain, { forgotten, changedAt: now }, on)
}

/** Whether another shop in the account uses the prefix. `others` are prefixes in lower case. */
export function isTaken(sharing: Sharing, others: ReadonlySet<string>): boolean {
  return sharing.kind !== 'plain' && others.has(sharing.prefix.toLowerCase())
}

/** Returns a prefix for the shop that no other shop uses, made of its address. */
export function freePrefix(shop: ShopDomain, others: ReadonlySet<string>): string {
  const name = shop.replace(/\.myshopify\.com$/, '').slice(0, LONGEST_SUGGESTION)
  for (let number = 1; ; number++) {
    const prefix = number === 1 ? name : `${name} ${number}`
    if (!others.has(prefix.toLowerCase())) return prefix
  }
}
