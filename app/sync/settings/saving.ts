import type { ShopDomain } from '#app/core/ids.ts'
import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { kindsWithNewChoice, kindsWithNewSource } from '#app/core/profile/loyalty.ts'
import type { IntegrationChange } from '#app/core/report/integration-change.ts'
import type { Choices, SettingName } from '#app/core/settings/settings.ts'
import { type Sql, transaction, WHOLE_SHOP } from '#app/store/database.ts'
import { forgetListChanges } from '#app/store/list-changes.ts'
import { restartEvents } from '#app/store/loyalty-settings.ts'
import { forgetLoyalty, forgetLoyaltyKinds } from '#app/store/loyalty-values.ts'
import { rescheduleMarks } from '#app/store/marks.ts'
import { saveForgottenFields } from '#app/store/settings.ts'
import { forgetShopFacts, type Shop } from '#app/store/shops.ts'
import { loyaltyRefusal } from './loyalty-refusal.ts'

/** What saving a choice does beside storing it and requesting a comparison. */
interface Saving<Choice> {
  /** Why it cannot be saved although it is valid; null if it can. It comes before the transaction, so it may call Klaviyo. */
  readonly refusal?: (shop: Shop, choice: Choice) => Promise<IntegrationChange | null>
  /** In the transaction that saves it. The shop's row is locked, and `shop` is as it was before. */
  readonly within?: (
    shop: Shop,
    choice: Choice,
    saved: { readonly compares: boolean; readonly now: Date; readonly on: Sql },
  ) => Promise<void>
  /** After the transaction. */
  readonly afterwards?: (shop: ShopDomain) => Promise<void>
}

/** The choices for which something else follows. */
const saving: { readonly [Name in SettingName]?: Saving<Choices[Name]> } = {
  mapping: {
    within: async ({ domain, mapping: before }, mapping, { compares, now, on }) => {
      const forgotten = forgottenAfter(before, mapping)
      await saveForgottenFields(domain, { forgotten, changedAt: compares ? now : null }, on)
      // Values that were read in another way cannot be compared with the next ones.
      await forgetLoyaltyKinds(domain, kindsWithNewSource(before.mapping, mapping), on)
    },
    // The turn that reads the shop's facts again asks Shopify to tell of what is mapped now.
    afterwards: forgetShopFacts,
  },
  destination: {
    within: async (shop, { list }, { on }) => {
      if (shop.destination.list?.id !== list?.id) await forgetListChanges(shop.domain, { keepJoins: list !== null }, on)
    },
  },
  loyalty: {
    refusal: loyaltyRefusal,
    within: async ({ domain, loyalty: { choice: before } }, choice, { now, on }) => {
      await restartEvents(domain, now, on)
      if (!choice.on) await forgetLoyalty(domain, on)
      else await forgetLoyaltyKinds(domain, kindsWithNewChoice(before, choice), on)
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
