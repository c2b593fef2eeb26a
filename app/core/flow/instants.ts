import { z } from 'zod'

/** An instant as Shopify writes it, such as `2026-11-26T10:00:00Z`. An instant that Postgres cannot store is invalid. */
export const shopifyInstant = z
  .string()
  .transform((text) => new Date(text))
  .refine(isStorable, 'not an instant')

/** Whether Postgres can store the instant: it has no year before 4713 BC. An invalid Date cannot be stored either. */
export function isStorable(instant: Date): boolean {
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999
}

export function after(instant: Date, ms: number): Date {
  return new Date(instant.getTime() + ms)
}

/** Returns the later of two instants; null counts as never. */
export function latest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a > b ? a : b
}

/** Returns the earlier of two instants; null counts as never. */
export function earliest(a: Date | null, b: Date | null): Date | null {
  if (!a || !b) return a ?? b
  return a < b ? a : b
}
