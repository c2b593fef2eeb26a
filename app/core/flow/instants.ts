export function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms)
}

/** The later of two; null counts as never. */
export function latest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a > b ? a : b
}

/** The earlier of two; null counts as never coming. */
export function earliest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
