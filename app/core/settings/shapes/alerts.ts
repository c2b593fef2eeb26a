import { z } from 'zod'
import { alertCauses } from '../../alert/causes.ts'
import type { Alerts } from '../alerts.ts'

export const alertsShape: z.ZodType<Alerts> = z.strictObject({
  silenced: z.array(z.enum(alertCauses)).max(alertCauses.length),
  stillMinutes: z.number(),
  issuesPercent: z.number(),
  quiet: z.strictObject({ from: z.number(), to: z.number() }).nullable(),
  weekly: z.boolean(),
})
