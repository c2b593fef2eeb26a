/** One batch of a rule: rows that are past their time. */
export interface Batch {
  readonly now: Date
  /** Rows from before this instant are dropped. */
  readonly before: Date
  /** The most rows that one statement may take, and the most shops of one batch. */
  readonly limit: number
}

interface RuleOfTable {
  /** The table's name in the database. */
  readonly table: string
  /** Which rows the rule covers. */
  readonly rows: string
  /** Why they are kept that long, and no longer. */
  readonly why: string
  /** Where a limit comes from that is set by a law, Shopify or Klaviyo. */
  readonly source?: string
}

/** A rule for rows that the sweep drops after a time. */
export interface TimedRule extends RuleOfTable {
  readonly keepMs: number
  /** Drops one batch, each shop's rows by themselves. Returns fewer than the limit if there are no more. */
  readonly drop: (batch: Batch) => Promise<number>
  /** The shortest time between two sweeps that apply this rule, in milliseconds. Default: every sweep. */
  readonly everyMs?: number
}

/** A rule for rows that are deleted when what they are about ends, and at the latest with a row of another table, or the installation. */
export interface StayingRule extends RuleOfTable {
  readonly goesWith: 'shop' | 'membership_snapshot' | 'read_back' | 'installation'
}

export type RetentionRule = TimedRule | StayingRule
