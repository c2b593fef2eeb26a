import type { RetentionRule, TimedRule } from './retention-rule.ts'
import { retentionRules } from './retention-rules.ts'

/**
 * How much of one table a sweep takes at most, so that it locks few rows at a time and ends soon. The next sweep takes the remaining rows.
 */
export interface SweepBounds {
  readonly rows: number
  readonly batches: number
}

const BOUNDS: SweepBounds = { rows: 1_000, batches: 20 }

const lookedAt = new Map<RetentionRule, number>()

/**
 * Drops rows of all shops that are past their time, by the rules in retention-rules.ts. Each batch is a transaction of its own. A rule that
 * fails is reported, and the others are applied all the same.
 */
export async function sweepOldRows(
  now: Date,
  failed: (error: unknown) => void,
  { rows, batches }: SweepBounds = BOUNDS,
): Promise<void> {
  for (const rule of retentionRules) {
    if (!('drop' in rule) || !isDue(rule, now)) continue
    try {
      const before = new Date(now.getTime() - rule.keepMs)
      for (let batch = 0; batch < batches; batch++) {
        if ((await rule.drop({ now, before, limit: rows })) < rows) break
      }
    } catch (error) {
      failed(error)
    }
  }
}

function isDue(rule: TimedRule, now: Date): boolean {
  const last = lookedAt.get(rule)
  if (last !== undefined && Math.abs(now.getTime() - last) < (rule.everyMs ?? 0)) return false
  lookedAt.set(rule, now.getTime())
  return true
}
