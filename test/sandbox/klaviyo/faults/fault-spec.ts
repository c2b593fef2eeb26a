import { isJsonObject, type JsonObject } from '../json.ts'
import { type OperationName, operationNames } from '../operations.ts'

/**
 * What can be made to go wrong. The names in brackets are further members of the JSON.
 *
 * | kind              | does                                                                                     |
 * | ----------------- | ---------------------------------------------------------------------------------------- |
 * | `throttle`        | 429 with `retryAfterSeconds`; until that has lapsed the operation answers 429 again       |
 * | `status`          | answers `status` (500, 502, 503, 504, 524); 502, 504 and 524 with a gateway's HTML        |
 * | `resetBefore`     | cuts the connection; the request is not applied                                           |
 * | `resetAfter`      | applies the request, then cuts the connection: a lost answer                              |
 * | `slow`            | answers only after `ms`                                                                   |
 * | `hang`            | never answers; not applied                                                                |
 * | `truncate`        | applies the request and answers 2xx with the first half of the body                       |
 * | `empty`           | applies the request and answers 200 with an empty body                                    |
 * | `stuckJob`        | the next import job stays in `processing` until released                                  |
 * | `cancelJob`       | the next import job ends `cancelled`, nothing applied                                     |
 * | `importErrors`    | `emails` of the next import job come out as import errors (`withoutPayload`: not echoed)  |
 * | `neverDone`       | takes a merge or a deletion and never does it                                             |
 * | `unauthorized`    | 401 while it stands                                                                       |
 * | `edge`            | `status` (401, 403, …) of what stands before Klaviyo: `page` challenge, html or empty     |
 * | `retired`         | `status` (410 when left out) to all alike: Klaviyo no longer knows the revision           |
 * | `poison`          | 500 to whatever request carries `text`                                                    |
 * | `refuseField`     | 400 that points at `field` (such as locale, location/city), alone and in imports         |
 * | `partial`         | applies an upsert without `field` and answers 200 with it in the `place` (header or body) |
 * | `dropProfiles`    | the next import job drops `count` profiles, and counts them nowhere                       |
 * | `slowJob`         | the next import job takes `ms`                                                            |
 * | `oddEcho`         | the next import job echoes what failed in another form: `echo` keys, order or identifiers |
 * | `othersImports`   | the list of jobs always shows one of somebody else's, `ageMs` old and under way           |
 * | `lag`             | reads do not show profiles made less than `ms` ago: Klaviyo is eventually consistent     |
 * | `backgroundShare` | another integration uses up `share` (0 to 1) of the quota while it stands                 |
 */
export type FaultSpec = { [Kind in FaultKind]: SpecOf<Kind> }[FaultKind]

export type SpecOf<Kind extends FaultKind> = FaultSelection & { readonly kind: Kind } & FaultMembers[Kind]

export type FaultKind = keyof FaultMembers

interface FaultMembers {
  throttle: { readonly retryAfterSeconds: number }
  status: { readonly status: 500 | 502 | 503 | 504 | 524 }
  resetBefore: object
  resetAfter: object
  slow: { readonly ms: number }
  hang: object
  truncate: object
  empty: object
  stuckJob: object
  cancelJob: object
  importErrors: { readonly emails: readonly string[]; readonly withoutPayload?: boolean }
  neverDone: object
  unauthorized: object
  edge: { readonly status: number; readonly page: 'challenge' | 'html' | 'empty' }
  retired: { readonly status?: 406 | 410 | 415 }
  poison: { readonly text: string }
  refuseField: { readonly field: string }
  partial: { readonly field: string; readonly place: 'header' | 'body' }
  dropProfiles: { readonly count: number }
  slowJob: { readonly ms: number }
  oddEcho: { readonly echo: 'keys' | 'order' | 'identifiers' }
  othersImports: { readonly ageMs: number }
  lag: { readonly ms: number }
  backgroundShare: { readonly share: number }
}

/** Which requests a fault looks at, and which of those it strikes. */
export interface FaultSelection {
  /** Everything when left out. */
  readonly operations?: readonly OperationName[] | '*'
  readonly account?: string
  /** How often it strikes at most; without it, until cleared. Faults of "the next job" strike once. */
  readonly times?: number
  /** Every nth request that it looks at. */
  readonly everyNth?: number
  /** A probability from 0 to 1, drawn from `random` or, over HTTP, from `seed`. */
  readonly rate?: number
  readonly random?: () => number
  readonly seed?: number
}

const faultKinds = [
  'throttle',
  'status',
  'resetBefore',
  'resetAfter',
  'slow',
  'hang',
  'truncate',
  'empty',
  'stuckJob',
  'cancelJob',
  'importErrors',
  'neverDone',
  'unauthorized',
  'edge',
  'retired',
  'poison',
  'refuseField',
  'partial',
  'dropProfiles',
  'slowJob',
  'oddEcho',
  'othersImports',
  'lag',
  'backgroundShare',
] as const satisfies readonly FaultKind[]

type Check = (value: unknown) => boolean

const isCount: Check = (value) => Number.isInteger(value) && Number(value) > 0
const isShare: Check = (value) => typeof value === 'number' && value >= 0 && value <= 1
const isText: Check = (value) => typeof value === 'string'

const selectionMembers: Readonly<Record<string, Check>> = {
  operations: (value) =>
    value === '*' || (Array.isArray(value) && value.every((name) => operationNames.includes(name))),
  account: isText,
  times: isCount,
  everyNth: isCount,
  rate: isShare,
  seed: Number.isInteger,
}

const kindMembers: Readonly<Record<FaultKind, Readonly<Record<string, Check>>>> = {
  throttle: { retryAfterSeconds: isCount },
  status: { status: (value) => [500, 502, 503, 504, 524].includes(Number(value)) },
  resetBefore: {},
  resetAfter: {},
  slow: { ms: isCount },
  hang: {},
  truncate: {},
  empty: {},
  stuckJob: {},
  cancelJob: {},
  importErrors: { emails: (value) => Array.isArray(value) && value.every(isText) },
  neverDone: {},
  unauthorized: {},
  edge: { status: isCount, page: (value) => ['challenge', 'html', 'empty'].includes(String(value)) },
  retired: {},
  poison: { text: isText },
  refuseField: { field: isText },
  partial: { field: isText, place: (value) => value === 'header' || value === 'body' },
  dropProfiles: { count: isCount },
  slowJob: { ms: isCount },
  oddEcho: { echo: (value) => ['keys', 'order', 'identifiers'].includes(String(value)) },
  othersImports: { ageMs: isCount },
  lag: { ms: isCount },
  backgroundShare: { share: isShare },
}

/** Reads a fault that came over HTTP. Yields what is wrong with it otherwise. */
export function parseFaultSpec(value: unknown): FaultSpec | string {
  if (!isJsonObject(value)) return 'a fault is an object'
  const kind = faultKinds.find((name) => name === value.kind)
  if (kind === undefined) return `kind must be one of ${faultKinds.join(', ')}`
  const wrong = wrongMember(value, kind)
  return wrong === null ? (value as unknown as FaultSpec) : `${kind}: ${wrong} is missing, unknown or out of range`
}

function wrongMember(value: JsonObject, kind: FaultKind): string | null {
  const own = kindMembers[kind]
  for (const [name, isRight] of Object.entries(own)) if (!isRight(value[name])) return name
  for (const [name, member] of Object.entries(value)) {
    if (name === 'kind' || name in own || isOptional(kind, name)) continue
    if (!selectionMembers[name]?.(member)) return name
  }
  return null
}

function isOptional(kind: FaultKind, name: string): boolean {
  return (kind === 'importErrors' && name === 'withoutPayload') || (kind === 'retired' && name === 'status')
}
