import type { Destination, KlaviyoList } from '../settings/destination.ts'
import type { CustomerCount } from './customer-count.ts'

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

/** Reads what is stored: `{ hidden, loyalty, customers }`, each true or missing. Anything unknown counts as not marked. */
export function toGuideMemory(stored: unknown): GuideMemory {
  const known = Object(stored) as Partial<Record<'hidden' | MarkedStep, unknown>>
  return { hidden: known.hidden === true, done: markedSteps.filter((step) => known[step] === true) }
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
  /** A run over all customers was started, or has filled the account. */
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

/** What a step of the guide shows once it is opened. It is asked of Shopify and Klaviyo then, and not stored. */
export type GuidePart =
  | {
      readonly step: 'loyalty'
      /** The loyalty apps whose fields customers have; null if Shopify does not answer. */
      readonly apps: readonly { readonly name: string; readonly isMapped: boolean }[] | null
    }
  | {
      readonly step: 'customers'
      readonly count: CustomerCount
      /** About how many profiles the first sync adds; null while that is not known. */
      readonly newProfiles: number | null
      /** Whether the merchant leaves customers out by a rule. */
      readonly everyone: boolean
      /** Where profiles go, as it is saved; with another version, it was changed meanwhile. */
      readonly destination: Destination
      readonly version: number
      /** The account's lists, by name; null if Klaviyo does not answer. */
      readonly lists: readonly KlaviyoList[] | null
    }
