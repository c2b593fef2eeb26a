import { createHash } from 'node:crypto'
import type { Customer } from '../customers/customer.ts'
import type { Metafield } from '../customers/customer-values.ts'
import { gidOf } from '../global-id.ts'
import type { AdminRequest } from './admin-request.ts'
import { comparePlaces, type Page, type PageArguments, pageOf } from './connection.ts'
import { requireArraySize } from './global-id-argument.ts'

export interface MetafieldListArguments extends PageArguments {
  readonly namespace?: string | null
  /** Written `namespace.key`, or `key` beside a namespace. */
  readonly keys?: readonly string[] | null
}

/** A customer's metafield with what its record does not hold: whose it is and where it stands. */
export class ShownMetafield implements Metafield {
  readonly value: string
  readonly type: string
  readonly updatedAt: string
  readonly createdAt: string
  /** `namespace.key`. */
  readonly name: string
  readonly #ownerId: string

  constructor(owner: Customer, name: string, { value, type, updatedAt, createdAt }: Metafield) {
    this.value = value
    this.type = type
    this.updatedAt = updatedAt
    this.createdAt = createdAt ?? updatedAt
    this.name = name
    this.#ownerId = owner.id
  }

  /** The same as long as the metafield is there. */
  get id(): string {
    const digits = createHash('sha256').update(`${this.#ownerId} ${this.name}`).digest('hex').slice(0, 12)
    return gidOf('Metafield', String(Number.parseInt(digits, 16)))
  }

  get namespace(): string {
    return this.name.slice(0, this.name.indexOf('.'))
  }

  get key(): string {
    return this.name.slice(this.name.indexOf('.') + 1)
  }
}

/** Null if the customer does not have it, and, without an error, if its definition keeps it from other apps. */
export function metafieldOf(customer: Customer, name: string, request: AdminRequest): ShownMetafield | null {
  const metafield = customer.metafields[name]
  return metafield && !request.hiddenMetafields.has(name) ? new ShownMetafield(customer, name, metafield) : null
}

/** In the order of their creation. Those that their definition keeps from other apps are left out, without an error. */
export function metafieldsOf(
  customer: Customer,
  args: MetafieldListArguments,
  request: AdminRequest,
): Page<ShownMetafield> {
  requireArraySize(args.keys ?? [], ['metafields', 'keys'])
  const asked = args.keys?.map((key) => (args.namespace && !key.includes('.') ? `${args.namespace}.${key}` : key))
  const rows = Object.keys(customer.metafields)
    .filter((name) => asked?.includes(name) ?? true)
    .filter((name) => !args.namespace || name.startsWith(`${args.namespace}.`))
    .flatMap((name) => metafieldOf(customer, name, request) ?? [])
    .sort((one, other) => comparePlaces(placeOf(one), placeOf(other)))
  return pageOf(rows, args, { keyOf: ({ createdAt }) => createdAt })
}

function placeOf({ createdAt, id }: ShownMetafield): { key: string; id: string } {
  return { key: createdAt, id }
}
