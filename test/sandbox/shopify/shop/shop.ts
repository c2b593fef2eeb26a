import type { Dispatcher } from 'undici'
import { PointsBucket } from '../admin-api/points-bucket.ts'
import type { BulkOperation } from '../bulk/bulk-operation.ts'
import { BulkOperations } from '../bulk/bulk-operations.ts'
import type { ResultStorage } from '../bulk/result-storage.ts'
import { CustomerBook } from '../customers/customer-book.ts'
import type { CustomerChange } from '../customers/customer-change.ts'
import { StaleView } from '../customers/stale-view.ts'
import type { ShopifyFaults } from '../faults.ts'
import { Workflows } from '../flow/workflows.ts'
import { TokenBook } from '../tokens/token-book.ts'
import { Courier } from '../webhooks/courier.ts'
import { WebhookSender } from '../webhooks/webhook-sender.ts'
import { CompanyBook } from './company-book.ts'
import {
  customerDefinition,
  hiddenMetafields,
  loyaltyDefinitions,
  type MetafieldDefinition,
  type NewDefinition,
} from './metafield-definition.ts'
import { SegmentBook } from './segment-book.ts'
import { type ShopFacts, type ShopSettings, shopFactsOf } from './shop-facts.ts'

/** What the stand-in lends to each of its shops. */
export interface ShopSurroundings {
  readonly apiSecret: string
  readonly now: () => number
  readonly faults: ShopifyFaults
  readonly storage: ResultStorage
  readonly dispatcher: Dispatcher
  readonly appUrl: () => string | null
  readonly bulkDurationMs: number
}

const USUAL_SCOPES = ['read_customers', 'read_customer_merge']
const USUAL_RESTORE_RATE = 100

/** One shop with Lockstep in it: its customers, what it sends, and what it lets the app read. */
export class Shop {
  readonly domain: string
  readonly customers: CustomerBook
  readonly companies: CompanyBook
  readonly segments: SegmentBook
  readonly tokens: TokenBook
  readonly workflows = new Workflows()
  readonly bulk: BulkOperations
  readonly points: PointsBucket
  readonly webhooks: WebhookSender
  readonly replica: StaleView
  /** Those of the whole stand-in. */
  readonly faults: ShopifyFaults
  /** The clock of the whole stand-in. */
  readonly now: () => number
  metafieldDefinitions: MetafieldDefinition[] = loyaltyDefinitions()
  readonly #courier: Courier
  #facts: ShopFacts
  #scopes: readonly string[]
  #installed = true

  constructor(settings: ShopSettings, number: number, surroundings: ShopSurroundings) {
    const { now, faults, dispatcher, apiSecret } = surroundings
    this.#facts = shopFactsOf(settings, number)
    this.#scopes = settings.scopes ?? USUAL_SCOPES
    const { domain, currency } = this.#facts
    this.domain = domain
    this.now = now
    this.faults = faults
    this.customers = new CustomerBook({ now, currency, onChange: (changes) => this.#onChange(changes) })
    this.companies = new CompanyBook({ customers: this.customers, now, currency })
    this.segments = new SegmentBook(now)
    this.tokens = new TokenBook(now)
    this.points = new PointsBucket(settings.restoreRate ?? USUAL_RESTORE_RATE, now)
    this.replica = new StaleView({ domain, customers: this.customers, faults, now })
    this.#courier = new Courier({ dispatcher, now, target: surroundings.appUrl })
    this.webhooks = new WebhookSender({
      facts: () => this.#facts,
      scopes: () => this.#scopes,
      hidden: () => hiddenMetafields(this.metafieldDefinitions),
      apiSecret,
      now,
      courier: this.#courier,
    })
    this.bulk = new BulkOperations({
      domain,
      now,
      faults,
      storage: surroundings.storage,
      durationMs: surroundings.bulkDurationMs,
      onFinish: (operation) => this.#onBulkFinish(operation),
    })
  }

  get facts(): ShopFacts {
    return this.#facts
  }

  get scopes(): readonly string[] {
    return this.#scopes
  }

  get installed(): boolean {
    return this.#installed
  }

  /** Tokens die at once; `app/uninstalled` goes out. */
  uninstall(): void {
    this.#installed = false
    this.tokens.revokeAll()
    this.webhooks.send('app/uninstalled')
  }

  /** Happens by itself at the next token exchange. */
  install(): void {
    this.#installed = true
  }

  setScopes(scopes: readonly string[]): void {
    const previous = this.#scopes
    this.#scopes = scopes
    this.tokens.setScopes(scopes)
    this.webhooks.send('app/scopes_update', { previous, current: scopes })
  }

  setFacts(facts: Partial<Pick<ShopFacts, 'name' | 'timeZone' | 'currency' | 'contactEmail' | 'b2b'>>): void {
    this.#facts = { ...this.#facts, ...facts }
    this.webhooks.send('shop/update')
  }

  addMetafieldDefinition(definition: NewDefinition): MetafieldDefinition {
    const added = customerDefinition(definition, this.metafieldDefinitions)
    this.metafieldDefinitions = [...this.metafieldDefinitions, added]
    return added
  }

  close(): void {
    this.bulk.close()
    this.#courier.close()
  }

  #onChange(changes: readonly CustomerChange[]): void {
    for (const change of changes) this.replica.remember(change)
    if (this.#installed) this.webhooks.announce(changes)
  }

  #onBulkFinish({ id, createdAt, completedAt, errorCode, status }: BulkOperation): void {
    // One that is announced before its end says already what it will be.
    const finish = { id, createdAt, completedAt, errorCode, status: completedAt === null ? 'COMPLETED' : status }
    if (this.#installed) this.webhooks.send('bulk_operations/finish', finish)
  }
}
