import type { HeldSource } from '#app/core/loyalty/held-sources.ts'

/** A loyalty app that was found and is not mapped. */
export const loyaltyFoundCopy = {
  title: (app: string) => `Looks like this shop uses ${app}`,
  body: 'Its loyalty values are not sent to Klaviyo yet. See what was found, and send them with one press.',
  action: 'Open field mapping',
} as const

/** Mapped values that cannot be read any more. */
export const heldCopy = {
  title: (sources: readonly string[]) =>
    sources.length === 1
      ? `${sources[0]} can no longer be read`
      : `${sources.length} mapped values can no longer be read`,
  why: {
    unreadable: (sources: string) =>
      `The app that owns ${sources} no longer lets other apps read it. Ask its support to allow that again, or remove it from the mapping.`,
    vanished: (sources: string) =>
      `None of the customers who had ${sources} has it any more. If the app that writes it keeps it in another place now, choose that place; if it is gone for good, remove it from the mapping.`,
  } satisfies Record<HeldSource['reason'], (sources: string) => string>,
  kept: 'Until then, profiles in Klaviyo keep their last values.',
  action: 'Open field mapping',
} as const
