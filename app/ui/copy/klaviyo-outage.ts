import type { Stall } from '#app/core/report/sync-card.ts'

interface OutageWords {
  readonly title: string
  readonly body: (since: string, next: string | null) => string
}

/** What the card says while no change reaches Klaviyo: since when, and what has to be done by whom. */
export const klaviyoOutageCopy: Partial<Record<Stall['why'], OutageWords>> = {
  klaviyo_away: {
    title: 'Klaviyo does not answer',
    body: (since, next) =>
      `Calls to Klaviyo have come to nothing since ${since}. Nothing is lost: changes are kept, and the sync goes on by itself.${next ? ` The next try is at ${next}.` : ''}`,
  },
  klaviyo_outdated: {
    title: 'Lockstep itself must be updated',
    body: (since) =>
      `Klaviyo has not taken what this version of Lockstep sends since ${since}. You need not do anything but contact support: changes are kept, and sent once Lockstep is updated.`,
  },
}
