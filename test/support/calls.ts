import type { LogEntry } from '#test/sandbox/klaviyo/exchange/request-log.ts'
import type { OperationName } from '#test/sandbox/klaviyo/operations.ts'
import type { Sandbox } from './sandbox.ts'

/** Returns a function that lists the calls to a shop's Klaviyo account since now, in order; those of one operation, if one is named. */
export function callsSince(sandbox: Sandbox, accountId: string): (operation?: OperationName) => readonly LogEntry[] {
  const { entries } = sandbox.klaviyo.log
  const from = entries.length
  return (operation) =>
    entries.slice(from).filter((entry) => entry.account === accountId && (!operation || entry.operation === operation))
}
