import type { FaultKind } from '../faults/fault-spec.ts'
import type { OperationName } from '../operations.ts'
import type { WindowUse } from './rate-limits.ts'

export interface LogEntry {
  readonly at: number
  /** The key that was shown, so that a test can prove that no shop's data went to another shop's account. */
  readonly key: string | null
  /** null when the key is nobody's. */
  readonly account: string | null
  readonly method: string
  /** null when no operation has this method and path. */
  readonly operation: OperationName | null
  readonly path: string
  /** null when the connection was cut or no answer was ever given. */
  readonly status: number | null
  /** How many profiles the request carried; 0 when it was refused. */
  readonly profiles: number
  readonly fault: FaultKind | null
}

/** Everything that was asked of the stand-in, in the order in which it was answered. */
export class RequestLog {
  readonly entries: LogEntry[] = []
  /** How often the real limits answered 429. A client that keeps to its budget leaves it at 0. */
  overLimit = 0
  /** How often a 429 was followed by another call before its Retry-After had lapsed. */
  earlyRetries = 0
  readonly #highest = new Map<OperationName, WindowUse>()

  record(entry: LogEntry): void {
    this.entries.push(entry)
  }

  noteUse(operation: OperationName, use: WindowUse): void {
    const before = this.#highest.get(operation)
    this.#highest.set(operation, {
      burst: Math.max(use.burst, before?.burst ?? 0),
      steady: Math.max(use.steady, before?.steady ?? 0),
      daily: Math.max(use.daily, before?.daily ?? 0),
    })
  }

  /** The most calls ever counted in one second, minute and day of one account. */
  highestUse(operation: OperationName): WindowUse {
    return this.#highest.get(operation) ?? { burst: 0, steady: 0, daily: 0 }
  }

  counts(): Partial<Record<OperationName, number>> {
    const counts: Partial<Record<OperationName, number>> = {}
    for (const { operation } of this.entries) {
      if (operation !== null) counts[operation] = (counts[operation] ?? 0) + 1
    }
    return counts
  }

  clear(): void {
    this.entries.length = 0
    this.overLimit = 0
    this.earlyRetries = 0
    this.#highest.clear()
  }
}
