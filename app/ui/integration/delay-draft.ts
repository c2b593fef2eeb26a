import { isSyncDelay } from '#app/core/settings/syncing.ts'

const MINUTE_MS = 60_000

export const PRESET_MINUTES = [1, 5, 15, 30, 60, 6 * 60, 24 * 60] as const
/** The default when waiting is chosen. */
export const PRESET_AT_FIRST = 15

/** The sync delay while it is edited. */
export interface DelayDraft {
  readonly waits: boolean
  /** Null for a custom delay. */
  readonly preset: number | null
  readonly typed: string
}

export function delayDraftOf(delayMs: number): DelayDraft {
  const minutes = delayMs / MINUTE_MS
  if (minutes === 0) return { waits: false, preset: PRESET_AT_FIRST, typed: '' }
  const isPreset = PRESET_MINUTES.some((preset) => preset === minutes)
  return { waits: true, preset: isPreset ? minutes : null, typed: isPreset ? '' : String(minutes) }
}

/** In minutes, 0 for changes that are sent immediately; null while the typed delay is not valid. */
export function delayMinutesOf({ waits, preset, typed }: DelayDraft): number | null {
  if (!waits) return 0
  if (preset !== null) return preset
  const minutes = /^\d{1,4}$/.test(typed.trim()) ? Number(typed) : 0
  return minutes > 0 && isSyncDelay(minutes * MINUTE_MS) ? minutes : null
}
