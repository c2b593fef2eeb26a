import type { Profile } from './profile.ts'

/** One text for one profile, whatever order its fields were put in: JSON with sorted keys. It is also what travels. */
export function canonicalProfile(profile: Profile): string {
  return sortedJson(profile)
}

function sortedJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sortedJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const fields = value as Record<string, unknown>
  let json = ''
  for (const key of Object.keys(fields).sort()) {
    if (fields[key] === undefined) continue
    json += `${json && ','}${JSON.stringify(key)}:${sortedJson(fields[key])}`
  }
  return `{${json}}`
}
