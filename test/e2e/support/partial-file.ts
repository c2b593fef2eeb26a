import { expect } from 'vitest'
import type { Lockstep } from './lockstep.ts'

/** Shopify's storage does not give out the customers just now, so that a sync stays as far as it is. */
export const NO_FILE = { kind: 'status', status: 503, door: 'download' } as const

/** Lets a sync that finds no file read so many bytes of it, and then no more. Resolves when it has begun to read. */
export async function giveOutOnly({ shopify: { faults } }: Lockstep, bytes: number): Promise<void> {
  faults.clear('status')
  faults.cause({ kind: 'download-cut', afterBytes: bytes, times: 1 })
  const isBegun = () => faults.standing().every(({ kind }) => kind !== 'download-cut')
  await expect.poll(isBegun, { timeout: 60_000 }).toBe(true)
  // At once, and not when the first bytes have been delivered: by then the rest may be read already.
  faults.cause(NO_FILE)
}
