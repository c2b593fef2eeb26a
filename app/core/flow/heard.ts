import { type CustomerTopic, customerTopics } from './customer-topics.ts'

/**
 * How Lockstep heard that a customer may have changed: by a webhook or an event of this topic, the hourly check, a step of Shopify Flow, or
 * a merchant who asked for it on a page (chosen customers, or all with a reason or in a segment).
 */
export const heardOf = [...customerTopics, 'hourly_check', 'flow', 'sync_now', 'retry'] as const
export type Heard = (typeof heardOf)[number] | CustomerTopic

/** Whether this reports a change: neither what a merchant asked for on a page, nor what follows from Lockstep's own work (null). */
export function isOfChange(heard: Heard | null): boolean {
  return heard !== null && heard !== 'sync_now' && heard !== 'retry'
}

/** What was heard of a customer last. */
export interface LastHeard {
  readonly how: Heard
  readonly at: Date
}
