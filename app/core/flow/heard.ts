import { type CustomerTopic, customerTopics } from './customer-topics.ts'

/**
 * How Lockstep heard that a customer may have changed: by a webhook or an event of this topic, the hourly check, a step of Shopify Flow, or
 * a merchant who asked for it on a page (one customer, or all with a reason).
 */
export const heardOf = [...customerTopics, 'hourly_check', 'flow', 'sync_now', 'retry'] as const
export type Heard = (typeof heardOf)[number] | CustomerTopic

/** What was heard of a customer last. */
export interface LastHeard {
  readonly how: Heard
  readonly at: Date
}
