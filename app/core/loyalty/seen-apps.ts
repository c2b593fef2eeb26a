import type { Mapping } from '../profile/mapped-fields.ts'
import { sourceName } from '../profile/mapped-values.ts'
import type { FoundApp } from '../report/loyalty-look.ts'
import type { PresetId } from './preset-ids.ts'
import { presets } from './presets.ts'

/** A loyalty app that a look found in the shop. */
export interface SeenApp {
  readonly id: PresetId
  /** When it was first found: ISO 8601. */
  readonly since: string
  /** The merchant does not want to read about it. */
  readonly dismissed: boolean
  /** Where the app keeps its values, by sourceName, as last found. */
  readonly sources: readonly string[]
}

/** Returns the apps that have been seen after a look. One that is not found any more stays, so that it is not reported again. */
export function seenAfter(before: readonly SeenApp[], found: readonly FoundApp[], now: Date): SeenApp[] {
  const first = found
    .filter(({ id }) => !before.some((seen) => seen.id === id))
    .map((app): SeenApp => ({ id: app.id, since: now.toISOString(), dismissed: false, sources: sourcesOf(app) }))
  const again = before.map((seen) => {
    const app = found.find(({ id }) => id === seen.id)
    return app ? { ...seen, sources: sourcesOf(app) } : seen
  })
  return [...again, ...first]
}

function sourcesOf({ rows }: FoundApp): string[] {
  return rows.map(({ source }) => sourceName(source))
}

/** Returns the first app that was seen, has no value in the mapping, and is not dismissed; null if there is none. */
export function newLoyaltyApp(seen: readonly SeenApp[], mapping: Mapping): { id: PresetId; name: string } | null {
  const app = seen.find(({ dismissed, sources }) => !dismissed && !isMapped(sources, mapping))
  return app ? { id: app.id, name: presets.find(({ id }) => id === app.id)?.name ?? app.id } : null
}

function isMapped(sources: readonly string[], { values }: Mapping): boolean {
  return values.some(({ on, source }) => on && sources.includes(sourceName(source)))
}
