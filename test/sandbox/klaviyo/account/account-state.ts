import { SuppressionDesk } from '../consent/suppression-desk.ts'
import { EventLedger } from '../events/event-ledger.ts'
import { IdMaker } from '../id-maker.ts'
import type { ImportJob } from '../imports/import-job.ts'
import { ImportQueue, type JobOrder } from '../imports/import-queue.ts'
import { ListBook, type ListRecord, type OptInProcess } from '../lists/list-book.ts'
import { mergeProfiles } from '../profiles/profile-merge.ts'
import type { IdentifierField, ProfileRecord, SentAttributes } from '../profiles/profile-record.ts'
import { ProfileStore } from '../profiles/profile-store.ts'
import { writeProfile } from '../profiles/profile-upsert.ts'
import { SegmentBook } from '../segments/segment-book.ts'
import { Agenda } from './agenda.ts'
import { RefusalBook } from './refusal-book.ts'

export interface AccountFacts {
  readonly id: string
  readonly name: string
  readonly timezone: string
  /** Where the account can send SMS, such as +1. None unless set up: consent to SMS is then refused, as in real life. */
  readonly smsPrefixes: readonly string[]
}

export interface AccountPace {
  readonly clock: () => number
  /** How long everything takes that Klaviyo does later: imports, merges, deletions, subscriptions. */
  readonly jobMs: number
  readonly jobOrder: JobOrder
}

/** A deletion that was asked for. */
export interface Deletion {
  readonly field: IdentifierField | 'id'
  readonly value: string
  /** In ms. */
  readonly askedAt: number
  readonly profileId: string
}

/** How long is not said; recorded is that it is so. */
const RESOLVES_MS = 10_000

/**
 * What one Klaviyo account holds. Every look at it first lets happen what was due by now. Profiles that come out of it are
 * the account's own, to be read and not written.
 */
export class AccountState {
  readonly facts: AccountFacts
  readonly #pace: AccountPace
  #parts: Parts
  readonly #mergedInto = new Map<string, { readonly id: string; readonly until: number }>()

  constructor(facts: AccountFacts, pace: AccountPace) {
    this.facts = facts
    this.#pace = pace
    this.#parts = emptyParts(facts, pace)
  }

  get id(): string {
    return this.facts.id
  }

  profileByEmail(email: string): ProfileRecord | undefined {
    return this.profileBy('email', email)
  }

  profileBy(field: IdentifierField, value: string): ProfileRecord | undefined {
    return this.parts.store.byIdentifier(field, value)
  }

  profileById(id: string): ProfileRecord | undefined {
    return this.parts.store.byId(id)
  }

  profiles(): IterableIterator<ProfileRecord> {
    return this.parts.store.all()
  }

  get size(): number {
    return this.parts.store.size
  }

  /** In the order of submission, without those that have expired. */
  jobs(): readonly ImportJob[] {
    return this.parts.imports.all(this.#pace.clock())
  }

  get deletions(): readonly Deletion[] {
    return this.parts.deletions
  }

  get lists(): readonly ListRecord[] {
    return this.parts.lists.all()
  }

  addList(name: string, optInProcess: OptInProcess = 'single_opt_in'): ListRecord {
    return this.parts.lists.create(name, optInProcess, this.#pace.clock())
  }

  /** As a person does in Klaviyo's own pages: at once, and nobody is told. */
  mergeProfiles(sourceId: string, destinationId: string): void {
    const { store } = this.parts
    const source = store.byId(sourceId)
    const destination = store.byId(destinationId)
    if (source === undefined || destination === undefined) throw new Error('there is no such profile to merge')
    this.merge(source, destination, this.#pace.clock())
  }

  /** As another integration does: at once, and nobody is told. A null clears an attribute; `unset` removes properties. */
  writeProfile(id: string, attributes: SentAttributes, unset: readonly string[] = []): void {
    const { store } = this.parts
    const profile = store.byId(id)
    if (profile === undefined) throw new Error('there is no such profile to write')
    const sent = { attributes, meta: { patch_properties: { unset } } }
    writeProfile(store, profile, sent, { nulls: 'clear', at: this.#pace.clock(), by: 'others' })
  }

  merge(source: ProfileRecord, destination: ProfileRecord, at: number): void {
    const { store, lists } = this.#parts
    mergeProfiles(store, lists, { source, destination, at })
    this.#mergedInto.set(source.id, { id: destination.id, until: at + RESOLVES_MS })
  }

  /** As one profile is read: the id of one that was merged into another still finds that one for a while. */
  resolve(id: string): ProfileRecord | undefined {
    const profile = this.profileById(id)
    const merged = this.#mergedInto.get(id)
    return profile ?? (merged && merged.until > this.#pace.clock() ? this.resolve(merged.id) : undefined)
  }

  deleteProfile(id: string): void {
    const { store, lists } = this.parts
    const profile = store.byId(id)
    if (profile === undefined) return
    lists.forget(profile)
    store.delete(profile)
  }

  /** Lets it happen after the time that Klaviyo takes for such things. */
  later(run: (at: number) => void): void {
    const dueAt = this.#pace.clock() + this.#pace.jobMs
    this.#parts.agenda.add({ dueAt, rank: 0, run: () => run(dueAt) })
  }

  /** The account's books, brought up to now. */
  get parts(): Parts {
    const now = this.#pace.clock()
    this.#parts.agenda.runDue(now)
    this.#parts.imports.advance(now)
    return this.#parts
  }

  reset(): void {
    this.#parts = emptyParts(this.facts, this.#pace)
    this.#mergedInto.clear()
  }
}

export interface Parts {
  readonly ids: IdMaker
  readonly agenda: Agenda
  readonly store: ProfileStore
  readonly lists: ListBook
  readonly imports: ImportQueue
  readonly suppressions: SuppressionDesk
  readonly events: EventLedger
  readonly segments: SegmentBook
  readonly deletions: Deletion[]
  readonly refusals: RefusalBook
}

function emptyParts(facts: AccountFacts, pace: AccountPace): Parts {
  const ids = new IdMaker(seedOf(facts.id))
  const agenda = new Agenda()
  const store = new ProfileStore(ids)
  const lists = new ListBook(ids)
  const refusals = new RefusalBook()
  const imports = new ImportQueue({ store, lists, ids, refusals }, agenda, { jobMs: pace.jobMs, order: pace.jobOrder })
  return {
    ids,
    agenda,
    store,
    lists,
    imports,
    suppressions: new SuppressionDesk(),
    events: new EventLedger(ids),
    segments: new SegmentBook(ids),
    deletions: [],
    refusals,
  }
}

/** Two accounts never make the same id, so that an id sent to the wrong account is not found there. */
function seedOf(accountId: string): number {
  let seed = 7
  for (const letter of accountId) seed = (Math.imul(seed, 31) + letter.charCodeAt(0)) | 0
  return seed
}
