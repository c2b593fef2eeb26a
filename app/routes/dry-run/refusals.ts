import type { TFunction } from 'i18next'
import type { CarryingOut, DryRunStart } from '#app/core/report/dry-run-view.ts'

/** Why no dry run was started; null if one was, or none was asked for. */
export function startRefusal(t: TFunction, answer: DryRunStart | undefined): string | null {
  return answer && answer.kind !== 'started' ? t(`dryRun.notStarted.${answer.kind}`) : null
}

/** Why what a dry run played was not done; null if it was, or was not asked for. */
export function carryingOutRefusal(t: TFunction, answer: { readonly kind: string } | undefined): string | null {
  const out = answer as CarryingOut | undefined
  if (!out) return null
  if (out.kind === 'over') return t('dryRun.over')
  if (out.kind === 'saved') return out.change.kind === 'saved' ? null : t('dryRun.notSaved')
  return out.start.kind === 'started' ? null : t('dryRun.over')
}
