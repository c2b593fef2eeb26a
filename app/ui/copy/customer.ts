import type { TFunction } from 'i18next'
import type { CustomerView } from '#app/core/report/customer-view.ts'

const sentences = {
  not_connected: 'notConnected',
  refused: 'refused',
  off: 'off',
  not_started: 'notStarted',
} as const

/** Why nothing is sent at present. */
export function hindranceWords(t: TFunction, hindrance: NonNullable<CustomerView['hindrance']>): string {
  return t(`customer.answer.${sentences[hindrance]}`)
}
