import { NEVER_SUBSCRIBED } from '../consent/subscriptions.ts'
import type { IdMaker } from '../id-maker.ts'
import { isoInstant } from '../instant.ts'
import { type IdentifierField, identifierFields, type ProfileRecord, type Writer } from './profile-record.ts'

const ON_NO_LIST: ReadonlySet<string> = new Set()

/** An account's profiles, found by id and by each identifier. */
export class ProfileStore {
  readonly #ids: IdMaker
  readonly #byId = new Map<string, ProfileRecord>()
  readonly #byIdentifier: Readonly<Record<IdentifierField, Map<string, ProfileRecord>>> = {
    email: new Map(),
    phone_number: new Map(),
    external_id: new Map(),
  }
  /** In the order of their ids, for paging; null after a profile came or went. */
  #sorted: readonly ProfileRecord[] | null = null
  #stampOf = { at: Number.NaN, text: '' }

  constructor(ids: IdMaker) {
    this.#ids = ids
  }

  get size(): number {
    return this.#byId.size
  }

  byId(id: string): ProfileRecord | undefined {
    return this.#byId.get(id)
  }

  byIdentifier(field: IdentifierField, value: string): ProfileRecord | undefined {
    return this.#byIdentifier[field].get(keyOf(field, value))
  }

  all(): IterableIterator<ProfileRecord> {
    return this.#byId.values()
  }

  sorted(): readonly ProfileRecord[] {
    this.#sorted ??= [...this.#byId.values()].sort((a, b) => (a.id < b.id ? -1 : 1))
    return this.#sorted
  }

  /** A profile with nothing in it; the write that made it follows at once. */
  create(at: number, createdBy: Writer): ProfileRecord {
    const stamp = this.#stamp(at)
    const profile: ProfileRecord = {
      id: this.#ids.ulid(at),
      attributes: {
        email: null,
        phone_number: null,
        external_id: null,
        first_name: null,
        last_name: null,
        organization: null,
        locale: null,
        title: null,
        image: null,
        location: null,
        properties: {},
      },
      created: stamp,
      createdBy,
      theirs: null,
      updated: stamp,
      writes: 0,
      lastWriteAt: at,
      lists: ON_NO_LIST,
      subscriptions: NEVER_SUBSCRIBED,
    }
    this.#byId.set(profile.id, profile)
    this.#sorted = null
    return profile
  }

  setIdentifier(profile: ProfileRecord, field: IdentifierField, value: string | null): void {
    const before = profile.attributes[field]
    if (before === value) return
    const index = this.#byIdentifier[field]
    if (before !== null) index.delete(keyOf(field, before))
    if (value !== null) index.set(keyOf(field, value), profile)
    profile.attributes[field] = value
  }

  touch(profile: ProfileRecord, at: number): void {
    profile.updated = this.#stamp(at)
    profile.writes += 1
    profile.lastWriteAt = at
  }

  delete(profile: ProfileRecord): void {
    for (const field of identifierFields) this.setIdentifier(profile, field, null)
    this.#byId.delete(profile.id)
    this.#sorted = null
  }

  /** One string for all profiles of one import job. */
  #stamp(at: number): string {
    if (this.#stampOf.at !== at) this.#stampOf = { at, text: isoInstant(at) }
    return this.#stampOf.text
  }
}

function keyOf(field: IdentifierField, value: string): string {
  return field === 'email' ? value.toLowerCase() : value
}
