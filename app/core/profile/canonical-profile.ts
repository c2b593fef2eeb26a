import type { Profile } from './profile.ts'

/** One text for one profile, whatever order its fields were put in: JSON with sorted keys. It is also what travels. */
export function canonicalProfile(profile: Profile): string {
  return JSON.stringify(sorted(profile))
}

/** The value with the keys of all its objects in order. What is in order already is not copied: of a million, nearly all are. */
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
