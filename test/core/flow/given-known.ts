import type { KnownProfile } from '#app/core/flow/decision.ts'

const at = (time: string) => new Date(`2026-11-01T${time}Z`)

/** What is stored of a customer whose profile is in sync. */
export function known(given: Partial<KnownProfile> = {}): KnownProfile {
  return {
    state: 'synced',
    klaviyoId: '01A',
    futureOnly: false,
    omitted: [],
    sentTo: null,
    conflictsWith: null,
    hash: 'old',
    fields: ['email', 'first_name'],
    isNew: false,
    atLimit: false,
    offList: false,
    shopifyUpdatedAt: at('09:00:00'),
    readAt: at('09:05:00'),
    inFlight: null,
    ...given,
  }
}
