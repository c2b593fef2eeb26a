import { readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const FILE = new URL('figures.json', import.meta.url)

const perCustomer = z.object({
  webCpuMs: z.number(),
  workerCpuMs: z.number(),
  databaseCpuMs: z.number(),
  walBytes: z.number(),
})

const figures = z.object({
  measuredAt: z.string(),
  machine: z.object({ cores: z.number(), cpu: z.string().nullable(), node: z.string(), load: z.number() }),
  /** What one customer costs: in the first sync, in a comparison in which nothing changed, and for a change by one webhook. */
  firstSync: perCustomer,
  compared: perCustomer,
  changed: perCustomer,
  /** Bytes of a row with its part of all indexes. `customer` is what all tables grew by for a customer that was synced. */
  bytes: z.object({
    customer: z.number(),
    shop: z.number(),
    loyaltyValue: z.number(),
    hour: z.number(),
    run: z.number(),
    delivery: z.number(),
    minute: z.number(),
  }),
  /** Requests to Klaviyo that were written down for a change. */
  deliveriesPerChange: z.number(),
  /** Calls to Klaviyo for a customer of a first sync, by endpoint. */
  firstSyncCalls: z.record(z.string(), z.number()),
  peakMemoryMb: z.object({ web: z.number(), worker: z.number() }),
})

/** What `npm run simulate -- --measure` found. */
export type Figures = z.infer<typeof figures>
export type PerCustomer = z.infer<typeof perCustomer>

export function readFigures(): Figures {
  return figures.parse(JSON.parse(readFileSync(FILE, 'utf8')))
}

export function saveFigures(measured: Figures): void {
  writeFileSync(FILE, `${JSON.stringify(measured, null, 2)}\n`)
}
