import type { OperatorFault } from '#app/core/flow/operator-fault.ts'
import { autocommit, execute, rowsOf, sql } from './database.ts'
import type * as rows from './generated/rows.ts'

/** Returns the faults that are open, by the last look. */
export async function listOperatorFaults(): Promise<ReadonlySet<OperatorFault>> {
  const open = await rowsOf<Pick<rows.operator_fault, 'fault'>>(sql`select fault from operator_fault`, autocommit)
  return new Set(open.map(({ fault }) => fault as OperatorFault))
}

/** Opens a fault. Returns whether it was not open: of several processes that see it, one tells of it. */
export async function openOperatorFault(fault: OperatorFault, now: Date): Promise<boolean> {
  const opened = sql`insert into operator_fault (fault, since) values (${fault}, ${now}) on conflict do nothing`
  return (await execute(opened, autocommit)) === 1
}

/** Closes a fault. Returns since when it was open; null if it was not. */
export async function closeOperatorFault(fault: OperatorFault): Promise<Date | null> {
  const [row] = await rowsOf<Pick<rows.operator_fault, 'since'>>(
    sql`delete from operator_fault where fault = ${fault} returning since`,
    autocommit,
  )
  return row?.since ?? null
}
