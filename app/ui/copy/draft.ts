import type { TFunction } from 'i18next'

/** Why a draft was not saved. `settings` describes those that were saved on the other page, in one sentence; empty if that is not possible. */
export function staleWords(t: TFunction, settings: string): string {
  return settings ? t('draft.staleWithSettings', { settings }) : t('draft.stale')
}
