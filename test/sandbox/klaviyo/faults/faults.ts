import type { OperationName } from '../operations.ts'
import { seededRandom } from '../seeded-random.ts'
import type { FaultKind, FaultSelection, FaultSpec, SpecOf } from './fault-spec.ts'

const ONCE_BY_NATURE: ReadonlySet<FaultKind> = new Set([
  'stuckJob',
  'cancelJob',
  'importErrors',
  'dropProfiles',
  'slowJob',
  'oddEcho',
])

/** A fault that was asked for, and what it did so far. */
export interface StandingFault<Kind extends FaultKind = FaultKind> {
  readonly spec: { [Each in Kind]: SpecOf<Each> }[Kind]
  /** Requests it looked at. */
  seen: number
  /** Requests it struck. */
  struck: number
  /** A released fault strikes no more; a job it held goes on. */
  released: boolean
}

export interface Visit {
  readonly operation: OperationName
  readonly account: string
  /** Who pays for the call, if that is not the account's keys. */
  readonly quota?: string
}

/** The faults that stand at present. Of several that would strike one request, the one that was added first does. */
export class Faults {
  readonly #standing: StandingFault[] = []
  readonly #chance = new Map<StandingFault, () => number>()
  readonly #counts = new Map<FaultKind, number>()

  add(spec: FaultSpec): StandingFault {
    const fault: StandingFault = { spec, seen: 0, struck: 0, released: false }
    this.#chance.set(fault, spec.random ?? seededRandom(spec.seed ?? 1))
    this.#standing.push(fault)
    return fault
  }

  /** Ends one fault, or all of a kind: `release('stuckJob')` lets the jobs that were held go on. */
  release(which: FaultKind | StandingFault): void {
    for (const fault of [...this.#standing]) {
      if (fault === which || fault.spec.kind === which) this.#end(fault)
    }
  }

  clear(): void {
    for (const fault of [...this.#standing]) this.#end(fault)
    this.#counts.clear()
  }

  /** How often each kind struck since the last clear. */
  counts(): Partial<Record<FaultKind, number>> {
    return Object.fromEntries(this.#counts)
  }

  get standing(): readonly StandingFault[] {
    return this.#standing
  }

  /** The fault of one of these kinds that strikes this request. Asking counts: ask once for each request. */
  strike<Kind extends FaultKind>(kinds: readonly Kind[], visit: Visit): StandingFault<Kind> | null {
    for (const fault of this.#standing) {
      if (!isOfKind(fault, kinds) || !concerns(fault.spec, visit)) continue
      fault.seen += 1
      if (!this.#strikesNow(fault)) continue
      fault.struck += 1
      this.#counts.set(fault.spec.kind, (this.#counts.get(fault.spec.kind) ?? 0) + 1)
      return fault
    }
    return null
  }

  #strikesNow(fault: StandingFault): boolean {
    const { times, everyNth, rate, kind } = fault.spec
    const most = times ?? (ONCE_BY_NATURE.has(kind) ? 1 : Number.POSITIVE_INFINITY)
    if (fault.struck >= most) return false
    if (everyNth !== undefined && fault.seen % everyNth !== 0) return false
    return rate === undefined || this.#chance.get(fault)!() < rate
  }

  #end(fault: StandingFault): void {
    fault.released = true
    this.#chance.delete(fault)
    this.#standing.splice(this.#standing.indexOf(fault), 1)
  }
}

function isOfKind<Kind extends FaultKind>(fault: StandingFault, kinds: readonly Kind[]): fault is StandingFault<Kind> {
  return kinds.some((kind) => kind === fault.spec.kind)
}

function concerns(spec: FaultSelection, visit: Visit): boolean {
  if (spec.account !== undefined && spec.account !== visit.account) return false
  return spec.operations === undefined || spec.operations === '*' || spec.operations.includes(visit.operation)
}
