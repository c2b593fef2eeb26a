import { execute, transaction } from '../database.ts'
import type { Batch } from './retention-rule.ts'

/**
 * A rule's batch as one statement, in which $1 is the instant before which rows go and $2 the most rows. It begins again when Postgres chose
 * it to give way in a deadlock. A row that somebody else holds just now is left to a later sweep, so statements skip locked rows.
 */
export function dropStatement(text: string): (batch: Batch) => Promise<number> {
  return ({ before, limit }) => transaction((on) => execute({ text, values: [before, limit] }, on))
}

/** A statement that deletes rows of a table by a condition on its alias `t`. */
export function deleteWhere(table: string, condition: string): (batch: Batch) => Promise<number> {
  return dropStatement(`
    delete from ${table} where ctid = any (array(
      select t.ctid from ${table} t where ${condition} limit $2 for update of t skip locked))`)
}
