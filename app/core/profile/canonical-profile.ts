import type { Profile } from './profile.ts'

/**
 * Returns the same text for the same profile, whatever order its fields were added in: JSON with sorted keys. This is also what is sent.
 */
export function canonicalProfile(profile: Profile): string {
  return JSON.stringify(sorted(profile))
}

/** Returns the value with the keys of all its objects sorted. What is sorted already, as nearly everything is, is not copied. */
function sorted(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  const fields = value as Record<string, unknown>
  const keys = Object.keys(fields)
  let inOrder = true
  for (let i = 0; i < keys.length && inOrder; i++) {
    const field = fields[keys[i]!]
    inOrder = (i === 0 || keys[i - 1]! < keys[i]!) && (typeof field !== 'object' || sorted(field) === field)
  }
  if (inOrder) return value
  return Object.fromEntries(keys.sort().map((key) => [key, sorted(fields[key])]))
}
