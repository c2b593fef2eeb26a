import { forgottenAfter } from '#app/core/profile/clearable-fields.ts'
import { isSameSharing } from '#app/core/profile/sharing.ts'
import { type Choices, settings } from '#app/core/settings/settings.ts'
import type { PlayedChoices } from '#app/store/dry-runs.ts'
import type { Shop } from '#app/store/shops.ts'

/** A choice that may be saved, with its name. */
export type DraftChoice = {
  readonly [Name in 'audience' | 'mapping' | 'destination']: { readonly name: Name; readonly choice: Choices[Name] }
}['audience' | 'mapping' | 'destination']

/** Returns the choices that a shop would have once a draft was saved (sync/settings/saving.ts); null is no draft. */
export function playedChoices(shop: Shop, draft: DraftChoice | null, now: Date): PlayedChoices {
  const { audience, mapping, destination } = shop
  if (!draft) return { audience, mapping, destination }
  switch (draft.name) {
    case 'audience':
      return { audience: draft.choice, mapping, destination }
    case 'mapping': {
      const changedAt = settings.mapping.needsComparison(mapping.mapping, draft.choice) ? now : mapping.changedAt
      const forgotten = forgottenAfter(mapping, draft.choice)
      return { audience, mapping: { ...mapping, mapping: draft.choice, forgotten, changedAt }, destination }
    }
    case 'destination': {
      const { sharing } = draft.choice
      if (isSameSharing(destination.sharing, sharing)) return { audience, mapping, destination: draft.choice }
      const forgotten = forgottenAfter(mapping, mapping.mapping, sharing)
      return { audience, mapping: { ...mapping, sharing, forgotten, changedAt: now }, destination: draft.choice }
    }
  }
}
