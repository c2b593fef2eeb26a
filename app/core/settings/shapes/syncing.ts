import { z } from 'zod'
import type { Syncing } from '../syncing.ts'

export const syncingShape: z.ZodType<Syncing> = z.strictObject({
  syncDelayMs: z.number(),
  nightlyReconcile: z.boolean(),
  hourlyCheck: z.boolean().default(false), // a page that was opened before the hourly check existed submits none
})
