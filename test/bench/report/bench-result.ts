/** What a bench must reach, and what it did. */
export interface Target {
  readonly what: string
  /** In words, such as `>= 8`. */
  readonly must: string
  /** Null when it could not be measured. */
  readonly is: number | null
  readonly reached: boolean
}

export interface BenchResult {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly targets: readonly Target[]
  /** What a reader must know to judge the figures. */
  readonly notes: readonly string[]
  /** Every single measurement. */
  readonly measurements: unknown
}

/** `short` takes seconds; `full` has the sizes that the targets are meant for. */
export type Form = 'short' | 'full'

export type Bench = (form: Form) => Promise<BenchResult>

export function atLeast(what: string, least: number, is: number | null): Target {
  return { what, must: `>= ${least}`, is, reached: is !== null && is >= least }
}

export function below(what: string, limit: number, is: number | null): Target {
  return { what, must: `< ${limit}`, is, reached: is !== null && is < limit }
}

export function atMost(what: string, most: number, is: number | null): Target {
  return { what, must: `<= ${most}`, is, reached: is !== null && is <= most }
}
