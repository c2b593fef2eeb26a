import type { ShopDomain } from '#app/core/ids.ts'
import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { isSameSharing } from '#app/core/profile/sharing.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { Destination } from '#app/core/settings/destination.ts'
import type { Choices, SettingName } from '#app/core/settings/settings.ts'
import { findSharedPrefixes, holdPrefixes } from '#app/store/connections.ts'
import { type Sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { forgetListChanges } from '#app/store/list-changes.ts'
import { restartEvents } from '#app/store/loyalty-settings.ts'
import { rescheduleMarks } from '#app/store/marks.ts'
import { choicesOf, saveForgottenFields } from '#app/store/settings.ts'
import { forgetShopFacts, type Shop } from '#app/store/shops.ts'
import { isTaken, saveForgottenAfterSharing } from '../connection/save-sharing.ts'
import { forgetUnstored } from '../loyalty/forget-unstored.ts'
import { loyaltyRefusal } from './loyalty-refusal.ts'

/** What saving a choice does beside storing it and requesting a comparison. */
interface Saving<Choice> {
  /** Why it cannot be saved although it is valid; null if it can. It comes before the transaction, so it may call Klaviyo. */
  readonly refusal?: (shop: Shop, choice: Choice) => Promise<IntegrationChange | null>
  /** The same, asked in the transaction that saves it, before the shop's row is locked: nothing changes between the answer and the commit. */
  readonly refusalWithin?: (shop: Shop, choice: Choice, on: Sql) => Promise<IntegrationChange | null>
  /** In the transaction that saves it. The shop's row is locked, and `shop` is as it was before. */
  readonly within?: (
    shop: Shop,
    choice: Choice,
    saved: { readonly compares: boolean; readonly now: Date; readonly on: Sql },
  ) => Promise<void>
  /** After the transaction. */
  readonly afterwards?: (shop: ShopDomain) => Promise<void>
}

/** Returns why what a shop writes beside others cannot be saved like this; null if it can, until the transaction ends. */
async function sharingRefusal(shop: Shop, { sharing }: Destination, on: Sql): Promise<IntegrationChange | null> {
  if (isSameSharing(shop.destination.sharing, sharing) || shop.recordedAccount === null) return null
  await holdPrefixes(shop.recordedAccount, on)
  const others = await findSharedPrefixes(shop.domain, shop.recordedAccount, on)
  return others && isTaken(sharing, others) ? { kind: 'prefix_taken' } : null
}

/** The choices for which something else follows. */
const saving: { readonly [Name in SettingName]?: Saving<Choices[Name]> } = {
  mapping: {
    within: async (shop, mapping, { compares, now, on }) => {
      const forgotten = forgottenAfter(shop.mapping, mapping)
      await saveForgottenFields(shop.domain, { forgotten, changedAt: compares ? now : null }, on)
      const before = choicesOf(shop)
      await forgetUnstored(shop.domain, { before, next: { ...before, mapping }, now }, on)
    },
    // The turn that reads the shop's facts again asks Shopify to tell of what is mapped now.
    afterwards: forgetShopFacts,
  },
  destination: {
    refusalWithin: sharingRefusal,
    within: async (shop, { list, sharing }, { now, on }) => {
      if (shop.destination.list?.id !== list?.id) await forgetListChanges(shop.domain, { keepJoins: list !== null }, on)
      if (!isSameSharing(shop.destination.sharing, sharing)) await saveForgottenAfterSharing(shop, sharing, now, on)
    },
  },
  loyalty: {
    refusal: loyaltyRefusal,
    within: async (shop, loyalty, { now, on }) => {
      await restartEvents(shop.domain, now, on)
      const before = choicesOf(shop)
      await forgetUnstored(shop.domain, { before, next: { ...before, loyalty }, now }, on)
    },
  },
  syncing: {
    // The new delay applies to waiting changes as well.
    within: ({ domain }, _, { on }) => rescheduleMarks(domain, on),
    // Repeated after the commit: changes that arrived meanwhile were scheduled by the old delay.
    afterwards: (shop) => transaction((on) => rescheduleMarks(shop, on), WHOLE_SHOP),
  },
}

export function savingOf<Name extends SettingName>(name: Name): Saving<Choices[Name]> {
  return saving[name] ?? {}
}
