import { sweepOldRows } from '#app/store/retention/sweep-old-rows.ts'

/** Sweeps as the worker does. The first rule that fails fails the test. */
export async function sweep(now: Date, bounds?: { rows: number; batches: number }): Promise<void> {
  await sweepOldRows(
    now,
    (error) => {
      throw error
    },
    bounds,
  )
}
