import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { initialChoices } from '#app/core/settings/settings.ts'
import { givenIntegration } from './given-card.ts'

/** The settings of a connected shop whose merchant never chose. */
export function givenSettings(differs: Partial<ConnectionView> = {}): ConnectionView {
  return {
    connection: { kind: 'connected', by: 'key', accountName: 'Ada Boutique', connectedAt: '2026-10-01T08:00:00.000Z' },
    pending: 0,
    accountIsShared: false,
    integration: givenIntegration(),
    timeZone: 'Europe/Berlin',
    choices: initialChoices,
    toldBy: [],
    eventsRefused: false,
    missingScopes: [],
    scopesNeeded: [],
    ...differs,
  }
}
