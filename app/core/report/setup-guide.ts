import { z } from 'zod'

/** The steps of the setup guide, in order. */
export const guideSteps = ['connect', 'loyalty', 'customers', 'start'] as const
export type GuideStep = (typeof guideSteps)[number]

/** The steps that a merchant marks as done. Whether the others are done follows from the shop. */
export const markedSteps = ['loyalty', 'customers'] as const satisfies readonly GuideStep[]
export type MarkedStep = (typeof markedSteps)[number]

/** What is stored of the guide for a shop. */
export interface GuideMemory {
  readonly hidden: boolean
  readonly done: readonly MarkedStep[]
}

const shape = z.object({ hidden: z.boolean().catch(false), done: z.array(z.enum(markedSteps)).catch([]) })

/** Parses what is stored. Anything else counts as a guide that nobody has touched. */
export function toGuideMemory(stored: unknown): GuideMemory {
  return shape.safeParse(stored).data ?? { hidden: false, done: [] }
}

/** The guide as the home page shows it. */
export interface SetupGuide {
  readonly hidden: boolean
  readonly done: Readonly<Record<GuideStep, boolean>>
}

interface GuideFacts {
  readonly memory: GuideMemory
  /** Klaviyo accepts the key. */
  readonly connected: boolean
  /** A first run waits to be started. */
  readonly waitsToStart: boolean
  /** A run over all customers was started for the account, or has filled it. */
  readonly started: boolean
}

/** Returns which steps are done. One that needs a connection is not done any more without one. */
export function setupGuideOf({ memory, connected, waitsToStart, started }: GuideFacts): SetupGuide {
  const done = {
    connect: connected,
    loyalty: memory.done.includes('loyalty'),
    customers: memory.done.includes('customers'),
    start: connected && started && !waitsToStart,
  }
  return { hidden: memory.hidden, done }
}
