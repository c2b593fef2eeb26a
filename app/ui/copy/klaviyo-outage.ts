import type { Stall } from '#app/core/report/sync-card.ts'

interface OutageWords {
  readonly title: string
  readonly body: (since: string, next: string | null) => string
}

/** What the card says while no change reaches Klaviyo: since when, and who has to do what. */
export const klaviyoOutageCopy: Partial<Record<Stall['why'], OutageWords>> = {
  klaviyo_away: {
    title: 'Klaviyo does not answer',
    body: (since, next) =>
      `Calls to Klaviyo have failed since ${since}. Nothing is lost: changes are kept, and the sync continues by itself.${next ? ` The next try is at ${next}.` : ''}`,
  },
  klaviyo_outdated: {
    title: 'Lockstep itself must be updated',
    body: (since) =>
      `Klaviyo has rejected what this version of Lockstep sends since ${since}. Please contact support. Changes are kept, and sent once Lockstep is updated.`,
  },
}
