import type { ShopDomain } from '#app/core/ids.ts'
import type { MarkedStep } from '#app/core/report/setup-guide.ts'
import { saveGuideHidden, saveGuideStep } from '#app/store/setup-guide.ts'

/** A change of what the setup guide remembers. */
export type GuideMark =
  | { readonly kind: 'hidden'; readonly hidden: boolean }
  | { readonly kind: 'step'; readonly step: MarkedStep; readonly done: boolean }

/** Hides or shows the setup guide, or marks one of its steps, for everyone in the shop. */
export async function markGuide(shop: ShopDomain, mark: GuideMark): Promise<void> {
  if (mark.kind === 'hidden') await saveGuideHidden(shop, mark.hidden)
  else await saveGuideStep(shop, mark.step, mark.done)
}
