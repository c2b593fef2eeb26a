import { execute, transaction } from '../database.ts'
import type { Batch } from './retention-rule.ts'

/**
 * Runs a rule's batch as one statement, in which $1 is the instant before which rows are dropped and $2 the most rows. Runs it again if
 * Postgres aborts it to resolve a deadlock. Statements skip locked rows, which a later sweep takes.
 */
export function dropStatement(text: string): (batch: Batch) => Promise<number> {
  return ({ before, limit }) => transaction((on) => execute({ text, values: [before, limit] }, on))
}

/** Runs a statement that deletes rows of a table by a condition on its alias `t`. */
export function deleteWhere(table: string, condition: string): (batch: Batch) => Promise<number> {
  return dropStatement(`
    delete from ${table} where ctid = any (array(
      select t.ctid from ${table} t where ${condition} limit $2 for update of t skip locked))`)
}
