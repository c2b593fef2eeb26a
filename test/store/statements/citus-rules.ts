import { parseSync } from 'libpg-query'

type Node = Record<string, unknown>

/**
 * Returns what Citus would refuse in a statement, as far as that can be seen in its text. A statement that names one shop runs on one
 * server, where Postgres does what it always does, with one exception: Citus evaluates functions that depend on the time zone or the clock
 * before it sends an update on, which it cannot do for one that is applied to a column.
 * https://docs.citusdata.com/en/stable/develop/reference_workarounds.html
 */
export function refusedByCitus(text: string, { severalShops }: { severalShops: boolean }): string[] {
  const { stmts } = parseSync(text) as { stmts: unknown }
  const refused = isAnywhere(stmts, isUnstableUpdate) ? ['an update that reckons with time and a column'] : []
  if (!severalShops) return refused
  if (isAnywhere(stmts, (node) => 'lockingClause' in node)) refused.push('locks of rows on several servers')
  if (isAnywhere(stmts, (node) => node.sval === 'ctid')) refused.push('ctid on several servers')
  if (isAnywhere(stmts, (node) => node.recursive === true)) refused.push('a recursion over several servers')
  return refused
}

function isUnstableUpdate(node: Node): boolean {
  const update = (node.UpdateStmt ?? node.onConflictClause) as Node | undefined
  return update !== undefined && isAnywhere([update.targetList, update.whereClause], isUnstable)
}

const UNSTABLE = [
  'now',
  'clock_timestamp',
  'date_trunc',
  'date_part',
  'random',
  'gen_random_uuid',
  'to_char',
  'jsonb_build_object',
]

function isUnstable(node: Node): boolean {
  const call = node.FuncCall as { funcname: { String: { sval: string } }[] } | undefined
  if (call) return UNSTABLE.includes(call.funcname.at(-1)!.String.sval)
  // A point in time with an interval added depends on the time zone.
  const operation = node.A_Expr as { name: { String: { sval: string } }[] } | undefined
  const adds = operation && ['+', '-'].includes(operation.name[0]!.String.sval)
  return adds === true && isAnywhere(node, (inner) => inner.sval === 'interval')
}

function isAnywhere(node: unknown, matches: (node: Node) => boolean): boolean {
  if (!node || typeof node !== 'object') return false
  if (!Array.isArray(node) && matches(node as Node)) return true
  return Object.values(node).some((value) => isAnywhere(value, matches))
}
