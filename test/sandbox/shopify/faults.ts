import type { CustomerChangeKind } from './customers/customer-change.ts'
import type { OddShape } from './customers/odd-record.ts'
import { gidOf } from './global-id.ts'
import { type Random, seededRandom } from './random.ts'

export type Door = 'graphql' | 'token' | 'download'

/** A failure as the world causes it. What each does, and the JSON that asks for it over HTTP, is the same object. */
export type Fault = FaultKind & FaultScope

export interface FaultScope {
  /** How often; without it until cleared. */
  readonly times?: number
  /** The share of chances taken, from 0 to 1, drawn from the stand-in's seed. */
  readonly rate?: number
  /** Only this shop. */
  readonly shop?: string
  /** Only the GraphQL operation of this name. */
  readonly operation?: string
}

export type FaultKind =
  /** 200 with a THROTTLED error. */
  | { readonly kind: 'throttled' }
  /** 429 with Retry-After. */
  | { readonly kind: 'too-many-requests'; readonly retryAfterSeconds: number; readonly door?: Door }
  /** Any other status, as JSON, or as the HTML page that a proxy in between would send. */
  | { readonly kind: 'status'; readonly status: number; readonly html?: boolean; readonly door?: Door }
  /** The connection is cut before the request was carried out, or after it was and before its answer. */
  | { readonly kind: 'reset'; readonly when: 'before' | 'after'; readonly door?: Door }
  | { readonly kind: 'slow'; readonly delayMs: number; readonly door?: Door }
  /** After a change (`updated` unless told), reads by id show the version before: for a while, or for so many reads. */
  | {
      readonly kind: 'stale-reads'
      readonly forMs?: number
      readonly reads?: number
      readonly changes?: readonly CustomerChangeKind[]
    }
  /** The fields, written `Customer.firstName`, are null and an error says why: protected customer data not approved. */
  | { readonly kind: 'field-denied'; readonly fields: readonly string[] }
  /** The fields are null and an error says that Shopify failed to read them just now. */
  | { readonly kind: 'field-failed'; readonly fields: readonly string[] }
  /** The refresh token is answered 400 invalid_grant, or the status given. */
  | { readonly kind: 'refresh-refused'; readonly status?: number }
  /** The app's own credentials, its client secret or its key, are answered 400 invalid_client. */
  | { readonly kind: 'client-refused' }
  /** The token presented dies on the spot. */
  | { readonly kind: 'token-revoked' }
  /** A token is given without a word on how long it is good for. */
  | { readonly kind: 'token-without-end' }
  /** The API version that was asked for is no longer served: answers say that they are given in another. */
  | { readonly kind: 'version-retired'; readonly answeredIn: string }
  /** 403 for the address the call comes from: it is not on the app's allowlist. */
  | { readonly kind: 'address-refused' }
  /** A customer's record has a shape that nobody foresaw: in the file, in live answers, or in both. */
  | { readonly kind: 'odd-record'; readonly customer: string; readonly how: OddShape; readonly where?: 'file' | 'live' }
  /** What stands at a path of the answer's data has another shape. */
  | { readonly kind: 'odd-answer'; readonly path: readonly (string | number)[]; readonly value: unknown }
  /** Lines of children whose parent is not in the file. */
  | { readonly kind: 'orphan-rows'; readonly rows: number }
  /** Bulk operations are not enabled for the app: refused in the errors of the answer, or in those of the mutation. */
  | { readonly kind: 'bulk-refused'; readonly how: 'errors' | 'user-errors' }
  /** Flow refuses a trigger with these words. */
  | { readonly kind: 'flow-refused'; readonly words: string }
  /** A bulk operation ends badly; `afterRows` of them are offered as partial data. */
  | {
      readonly kind: 'bulk-failed'
      readonly errorCode?: 'ACCESS_DENIED' | 'INTERNAL_SERVER_ERROR' | 'TIMEOUT'
      readonly afterRows?: number
    }
  | { readonly kind: 'bulk-canceled' }
  | { readonly kind: 'bulk-stalled' }
  | { readonly kind: 'finish-webhook'; readonly how: 'lost' | 'early' | 'double' }
  /** The download breaks off after so many bytes. */
  | { readonly kind: 'download-cut'; readonly afterBytes: number }
  /** A pause before each block of the download. */
  | { readonly kind: 'download-slow'; readonly delayMs: number }
  /** The download address is answered 403, as after seven days. */
  | { readonly kind: 'url-expired' }

export interface Chance {
  readonly shop?: string
  readonly door?: Door
  readonly operations?: readonly string[]
  readonly change?: CustomerChangeKind
  readonly when?: 'before' | 'after'
}

interface Standing {
  readonly fault: Fault
  left: number
}

/** The failures that were asked for. Each place where one could happen asks `strike` whether it does. */
export class ShopifyFaults {
  readonly #random: Random
  #standing: Standing[] = []

  constructor(seed: number) {
    this.#random = seededRandom(seed)
  }

  cause(fault: Fault): void {
    this.#standing.push({ fault, left: fault.times ?? Number.POSITIVE_INFINITY })
  }

  clear(kind?: Fault['kind']): void {
    this.#standing = kind ? this.#standing.filter(({ fault }) => fault.kind !== kind) : []
  }

  /** The customers of a shop, by global id, whose records are odd in one place or the other. */
  oddRecords(shop: string, where: 'file' | 'live'): ReadonlyMap<string, OddShape> {
    const odd = this.#standing.flatMap(({ fault }) =>
      fault.kind === 'odd-record' && fits(fault, { shop }) ? fault : [],
    )
    const here = odd.filter((fault) => fault.where === undefined || fault.where === where)
    return new Map(here.map(({ customer, how }) => [gidOf('Customer', customer), how]))
  }

  standing(): readonly Fault[] {
    return this.#standing.map(({ fault, left }) => (Number.isFinite(left) ? { ...fault, times: left } : fault))
  }

  /** The fault that happens here and now, counted down, or null. */
  strike<Kind extends Fault['kind']>(kind: Kind, chance: Chance = {}): Extract<Fault, { kind: Kind }> | null {
    const found = this.#standing.find(({ fault }) => fault.kind === kind && fits(fault, chance))
    if (!found) return null
    if (found.fault.rate !== undefined && this.#random() >= found.fault.rate) return null
    found.left--
    if (found.left <= 0) this.#standing = this.#standing.filter((standing) => standing !== found)
    return found.fault as Extract<Fault, { kind: Kind }>
  }
}

function fits(fault: Fault, chance: Chance): boolean {
  if (fault.shop && fault.shop !== chance.shop) return false
  if (fault.operation && !chance.operations?.includes(fault.operation)) return false
  if (isDoorFault(fault) && (fault.door ?? 'graphql') !== chance.door) return false
  if (fault.kind === 'reset' && fault.when !== chance.when) return false
  if (fault.kind === 'stale-reads') return (fault.changes ?? ['updated']).includes(chance.change ?? 'updated')
  return true
}

type DoorFault = Extract<Fault, { door?: Door }>

/** These strike one door; unless told otherwise the Admin API's. */
function isDoorFault(fault: Fault): fault is DoorFault {
  return ['too-many-requests', 'status', 'reset', 'slow'].includes(fault.kind)
}
