import { z } from 'zod'
import { HELD_ABOVE_PERCENT, type Syncing } from '../syncing.ts'

export const syncingShape: z.ZodType<Syncing> = z.strictObject({
  syncDelayMs: z.number(),
  nightlyReconcile: z.boolean(),
  holdAbovePercent: z.number().nullable().default(HELD_ABOVE_PERCENT),
  hourlyCheck: z.boolean().default(false), // a page that was opened before the hourly check existed submits none
})
