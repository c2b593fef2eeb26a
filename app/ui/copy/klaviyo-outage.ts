import type { Stall } from '#app/core/report/sync-card.ts'

interface OutageWords {
  readonly title: string
  readonly body: (since: string, next: string | null) => string
}

/** The banner while no change reaches Klaviyo: since when, and what has to be done. */
export const klaviyoOutageCopy: Partial<Record<Stall['why'], OutageWords>> = {
  klaviyo_away: {
    title: 'Klaviyo does not answer',
    body: (since, next) =>
      `Calls to Klaviyo have failed since ${since}. Nothing is lost: changes are kept, and the sync continues automatically.${next ? ` The next try is at ${next}.` : ''}`,
  },
  klaviyo_outdated: {
    title: 'Lockstep needs an update',
    body: (since) =>
      `Klaviyo has rejected what this version of Lockstep sends since ${since}. Please contact support. Changes are kept, and sent once Lockstep is updated.`,
  },
}
