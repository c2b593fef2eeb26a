/** What a process held at one instant. */
export interface MemorySample {
  readonly atMs: number
  readonly bytes: number
}

/** The part of a process' life in which its heap finds its size. */
const WARM_UP_SHARE = 0.4
const FEWEST_SAMPLES = 8

/** The most of all samples, in MB. */
export function peakMb(samples: readonly MemorySample[]): number {
  return Math.max(0, ...samples.map(({ bytes }) => bytes)) / 1e6
}

/**
 * How fast a process grew after its warm-up, in MB a minute, by the straight line nearest to all samples, which are in the order of time.
 * Null when there are too few.
 */
export function growthMbPerMinute(samples: readonly MemorySample[]): number | null {
  const first = samples[0]?.atMs ?? 0
  const warmAt = first + ((samples.at(-1)?.atMs ?? 0) - first) * WARM_UP_SHARE
  const warm = samples.filter(({ atMs }) => atMs >= warmAt)
  return warm.length < FEWEST_SAMPLES ? null : slope(warm)
}

/** Least squares. */
function slope(samples: readonly MemorySample[]): number {
  const points = samples.map(({ atMs, bytes }) => ({ minute: atMs / 60_000, mb: bytes / 1e6 }))
  const mean = (of: (point: (typeof points)[number]) => number) =>
    points.reduce((sum, p) => sum + of(p), 0) / points.length
  const [minute, mb] = [mean((point) => point.minute), mean((point) => point.mb)]
  const spread = points.reduce((sum, point) => sum + (point.minute - minute) ** 2, 0)
  return points.reduce((sum, point) => sum + (point.minute - minute) * (point.mb - mb), 0) / spread
}
