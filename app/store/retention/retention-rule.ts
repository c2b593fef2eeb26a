/** What a rule is asked for: rows that are past their time, one batch of them. */
export interface Batch {
  readonly now: Date
  /** Rows from before this instant go. */
  readonly before: Date
  /** The most rows that one statement may take. */
  readonly limit: number
}

interface RuleOfTable {
  /** As the database names it. */
  readonly table: string
  /** Which rows the rule is about. */
  readonly rows: string
  /** Why they are kept that long, and no longer. */
  readonly why: string
  /** Where a limit comes from that others set: a law, Shopify, Klaviyo. */
  readonly source?: string
}

/** Rows that the sweep takes when their time is over. */
export interface TimedRule extends RuleOfTable {
  readonly keepMs: number
  /** Takes one batch in a transaction of its own. Returns how many rows it found; fewer than the limit when there are no more. */
  readonly drop: (batch: Batch) => Promise<number>
  /** How long after a look the next one is worth its cost; every sweep looks when left out. */
  readonly everyMs?: number
}

/** Rows that go when what they are about is over, and at the latest with a row of another table. */
export interface StayingRule extends RuleOfTable {
  readonly goesWith: 'shop' | 'standing_gathering'
}

export type RetentionRule = TimedRule | StayingRule
