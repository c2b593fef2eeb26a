import type { Profile } from './profile.ts'

/** Klaviyo takes 100 KB for one profile, identifiers and clearings included: a little is left for those. */
export const MOST_PROFILE_BYTES = 100_000

/** The property that takes most room, by its name in Klaviyo. */
export function largestField({ properties }: Profile): string | null {
  const sizes = Object.entries(properties).map(([name, value]) => ({ name, size: JSON.stringify(value).length }))
  return (
    sizes.reduce<(typeof sizes)[number] | null>((most, one) => (most && most.size >= one.size ? most : one), null)
      ?.name ?? null
  )
}
