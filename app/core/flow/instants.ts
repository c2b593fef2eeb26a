import { z } from 'zod'

/** An instant as Shopify writes it, such as `2026-11-26T10:00:00Z`. One of a year that no database holds is none. */
export const shopifyInstant = z
  .string()
  .transform((text) => new Date(text))
  .refine(isStorable, 'not an instant')

/** Whether a database can hold the instant: Postgres knows no year before 4713 BC, and an invalid Date is none. */
export function isStorable(instant: Date): boolean {
  return instant.getUTCFullYear() >= 1 && instant.getUTCFullYear() <= 9999
}

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
