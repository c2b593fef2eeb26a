import { compareIds } from '../global-id.ts'
import { isoSecond } from '../instants.ts'
import type { CompanyContact } from './company.ts'
import { type Customer, type CustomerFields, customerOf } from './customer.ts'
import type { CustomerChange } from './customer-change.ts'
import {
  type EmailAddress,
  type Metafield,
  type Money,
  POINTS,
  pointsOf,
  type SmsConsent,
  TIER,
  tierOf,
} from './customer-values.ts'
import { type CustomerEdits, editedCustomer } from './edited-customer.ts'
import { mergedCustomer } from './merged-customer.ts'
import { withBalance, withWrites } from './written-customer.ts'

export interface CustomerBookOptions {
  readonly now: () => number
  readonly currency: string
  /** Told of each action in the shop; one action may be several changes. */
  readonly onChange: (changes: readonly CustomerChange[]) => void
}

/** How a customer left the shop. */
export type CustomerFate = { readonly kind: 'removed' } | { readonly kind: 'merged'; readonly into: string }

export interface ConsentEdits {
  readonly email?: EmailAddress['marketingState']
  readonly sms?: SmsConsent['state']
}

// Every shop counts from the same number: two shops with one id between them find the query that forgot the shop.
const FIRST_ID = 7_000_000_000_001

/** A shop's customers. Records are replaced, never changed, so whoever holds one holds that version of it. */
export class CustomerBook {
  readonly #customers = new Map<string, Customer>()
  readonly #options: CustomerBookOptions
  readonly #fates = new Map<string, CustomerFate>()
  #nextId = FIRST_ID
  #ascending: readonly Customer[] | null = null

  constructor(options: CustomerBookOptions) {
    this.#options = options
  }

  get count(): number {
    return this.#customers.size
  }

  get(id: string): Customer | undefined {
    return this.#customers.get(id)
  }

  all(): IterableIterator<Customer> {
    return this.#customers.values()
  }

  /** By id, as Shopify lists them. Kept until the next change. */
  ascending(): readonly Customer[] {
    this.#ascending ??= [...this.#customers.values()].sort((one, other) => compareIds(one.id, other.id))
    return this.#ascending
  }

  /** What became of a customer who was there once; null of one who still is, or never was. */
  fateOf(id: string): CustomerFate | null {
    return (!this.#customers.has(id) && this.#fates.get(id)) || null
  }

  create(fields: CustomerFields = {}): Customer {
    const after = this.#born(fields)
    this.#put(after)
    this.#tell({ kind: 'created', after })
    return after
  }

  /** Customers who were there before Lockstep was installed: nobody is told of them. */
  createMany(n: number, makeFields: (index: number) => CustomerFields): void {
    for (let index = 0; index < n; index++) this.#put(this.#born(makeFields(index)))
  }

  update(id: string, edits: CustomerEdits): Customer {
    const before = this.#load(id)
    const after = this.#touched(editedCustomer(before, edits))
    this.#put(after)
    this.#tell(...kindsOf(edits).map((kind) => ({ kind, before, after })))
    return after
  }

  addTags(id: string, ...tags: readonly string[]): Customer {
    const before = this.#load(id)
    const after = this.#touched({ ...before, tags: [...new Set([...before.tags, ...tags])].sort() })
    this.#put(after)
    this.#tell({ kind: 'tags-added', before, after })
    return after
  }

  removeTags(id: string, ...tags: readonly string[]): Customer {
    const before = this.#load(id)
    const after = this.#touched({ ...before, tags: before.tags.filter((tag) => !tags.includes(tag)) })
    this.#put(after)
    this.#tell({ kind: 'tags-removed', before, after })
    return after
  }

  setConsent(id: string, consent: ConsentEdits): Customer {
    if (consent.email) this.#setEmailConsent(id, consent.email)
    if (consent.sms) this.#setSmsConsent(id, consent.sms)
    return this.#load(id)
  }

  /** As a loyalty app writes them. Null takes a value away. */
  setLoyalty(id: string, { points, tier }: { points?: number | null; tier?: string | null }): Customer {
    const at = isoSecond(this.#options.now())
    if (points !== undefined) this.setMetafield(id, POINTS, points === null ? null : pointsOf(points, at))
    if (tier !== undefined) this.setMetafield(id, TIER, tier === null ? null : tierOf(tier, at))
    return this.#load(id)
  }

  setMetafield(id: string, name: string, metafield: Metafield | null): Customer {
    return this.setMetafields(id, { [name]: metafield })
  }

  /**
   * Several metafields, by `namespace.key`, written in one action; null takes one away. The customer's own `updatedAt` stays as it was:
   * whether Shopify touches it is not documented.
   */
  setMetafields(id: string, writes: Readonly<Record<string, Metafield | null>>): Customer {
    const before = this.#load(id)
    const { metafields, changed } = withWrites(before.metafields, writes)
    if (changed.length === 0) return before
    const after = { ...before, metafields }
    this.#put(after)
    this.#tell(...changed.map((change) => ({ kind: 'metafield' as const, before, after, ...change })))
    return after
  }

  /** The balance of the account in its currency; the account is opened if there is none. Shopify has no webhook for it. */
  setStoreCredit(id: string, balance: Money): Customer {
    return this.replaceSilently(id, (before) => ({ storeCreditAccounts: withBalance(before, balance) }))
  }

  /** A change that no webhook and no event tells of. */
  replaceSilently(id: string, change: (before: Customer) => Partial<Customer>): Customer {
    const before = this.#load(id)
    const after = { ...before, ...change(before) }
    this.#put(after)
    return after
  }

  remove(id: string): void {
    const before = this.#load(id)
    this.#drop(id, { kind: 'removed' })
    this.#tell({ kind: 'removed', before })
  }

  merge(keepId: string, goneId: string): Customer {
    const before = this.#load(keepId)
    const gone = this.#load(goneId)
    const after = this.#touched(mergedCustomer(before, gone))
    this.#drop(goneId, { kind: 'merged', into: keepId })
    this.#put(after)
    this.#tell({ kind: 'merged', before, after, gone })
    return after
  }

  /** Joining a company is no change of the customer: nobody is told. */
  setCompanyContacts(id: string, companyContactProfiles: readonly CompanyContact[]): void {
    this.replaceSilently(id, () => ({ companyContactProfiles }))
  }

  #setEmailConsent(id: string, marketingState: EmailAddress['marketingState']): void {
    const before = this.#load(id)
    if (!before.defaultEmailAddress) throw new Error(`customer ${id} has no e-mail address to consent for`)
    const marketingUpdatedAt = isoSecond(this.#options.now())
    const consent = { marketingState, marketingUpdatedAt, marketingOptInLevel: 'SINGLE_OPT_IN' } as const
    const after = this.#touched({ ...before, defaultEmailAddress: { ...before.defaultEmailAddress, ...consent } })
    this.#put(after)
    this.#tell({ kind: 'email-consent', before, after })
  }

  #setSmsConsent(id: string, state: SmsConsent['state']): void {
    const before = this.#load(id)
    if (!before.defaultPhoneNumber) throw new Error(`customer ${id} has no phone number to consent for`)
    const consent: SmsConsent = { state, optInLevel: 'SINGLE_OPT_IN', updatedAt: isoSecond(this.#options.now()) }
    const { phoneNumber } = before.defaultPhoneNumber
    const after = this.#touched({ ...before, defaultPhoneNumber: { phoneNumber, smsMarketingConsent: consent } })
    this.#put(after)
    this.#tell({ kind: 'sms-consent', before, after })
  }

  #born(fields: CustomerFields): Customer {
    const { now, currency } = this.#options
    const customer = customerOf(fields, { id: String(this.#nextId), nowMs: now(), currency })
    if (fields.id === undefined) this.#nextId++
    if (this.#customers.has(customer.id)) throw new Error(`customer ${customer.id} is there already`)
    return customer
  }

  #load(id: string): Customer {
    const customer = this.#customers.get(id)
    if (!customer) throw new Error(`no customer ${id}`)
    return customer
  }

  #touched(customer: Customer): Customer {
    return { ...customer, updatedAt: isoSecond(this.#options.now()) }
  }

  #put(customer: Customer): void {
    this.#customers.set(customer.id, customer)
    this.#ascending = null
  }

  #drop(id: string, fate: CustomerFate): void {
    this.#customers.delete(id)
    this.#fates.set(id, fate)
    this.#ascending = null
  }

  #tell(...changes: readonly CustomerChange[]): void {
    this.#options.onChange(changes)
  }
}

/** An order alone is no update of the customer to Shopify's webhooks. */
function kindsOf({ numberOfOrders, amountSpent, ...rest }: CustomerEdits): ('updated' | 'purchased')[] {
  const purchased = numberOfOrders !== undefined || amountSpent !== undefined
  const updated = Object.keys(rest).length > 0 || !purchased
  return [...(updated ? ['updated' as const] : []), ...(purchased ? ['purchased' as const] : [])]
}
