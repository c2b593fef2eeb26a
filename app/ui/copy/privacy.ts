import type { TFunction } from 'i18next'
import { meanings } from '#app/core/profile/mapped-values.ts'
import type { HeldLoyalty } from '#app/core/report/data-request-view.ts'

const knownStates = ['synced', 'excluded', 'pending', 'issue', 'forgotten'] as const

/** A profile's state in words; a state without words is shown as it is. */
export function stateInWords(t: TFunction, state: string): string {
  const known = knownStates.find((each) => each === state)
  return known ? t(`privacy.states.${known}`) : state
}

/** In English `Points: 250. Tier: Gold. Tier since: 2026-11-01T10:00:00+00:00.` */
export function loyaltyWords(t: TFunction, { values, tierSince, changedAt }: HeldLoyalty): string {
  const named = meanings.flatMap((meaning) => {
    const [kind, value] = [t(`loyalty.kinds.${meaning}`), values[meaning]]
    if (value === undefined) return []
    return value === null ? t('privacy.noLoyaltyValue', { kind }) : t('privacy.loyaltyValue', { kind, value })
  })
  if (tierSince) named.push(t('privacy.tierSince', { time: tierSince }))
  if (changedAt) named.push(t('privacy.lastChanged', { time: changedAt }))
  return named.join(' ')
}
