import type { IdMaker } from '../id-maker.ts'
import { isoInstant } from '../instant.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'

export type OptInProcess = 'single_opt_in' | 'double_opt_in'

export interface ListRecord {
  readonly id: string
  name: string
  optInProcess: OptInProcess
  readonly created: string
  updated: string
  /** Profile id → when it joined, in ms. */
  readonly members: Map<string, number>
}

/** An account's lists and who is on them. Membership says nothing about consent. */
export class ListBook {
  readonly #ids: IdMaker
  readonly #lists = new Map<string, ListRecord>()

  constructor(ids: IdMaker) {
    this.#ids = ids
  }

  create(name: string, optInProcess: OptInProcess, at: number): ListRecord {
    const stamp = isoInstant(at)
    const list: ListRecord = {
      id: this.#ids.short(),
      name,
      optInProcess,
      created: stamp,
      updated: stamp,
      members: new Map(),
    }
    this.#lists.set(list.id, list)
    return list
  }

  find(id: string): ListRecord | undefined {
    return this.#lists.get(id)
  }

  all(): readonly ListRecord[] {
    return [...this.#lists.values()]
  }

  join(listId: string, profile: ProfileRecord, at: number): void {
    const list = this.#lists.get(listId)
    if (list === undefined || list.members.has(profile.id)) return
    list.members.set(profile.id, at)
    profile.lists = new Set(profile.lists).add(listId)
  }

  leave(listId: string, profile: ProfileRecord): void {
    this.#lists.get(listId)?.members.delete(profile.id)
    profile.lists = new Set([...profile.lists].filter((id) => id !== listId))
  }

  /** The profile is about to go. */
  forget(profile: ProfileRecord): void {
    for (const listId of profile.lists) this.leave(listId, profile)
  }

  /** Members keep a dangling id out of their own sets. */
  delete(list: ListRecord, profileById: (id: string) => ProfileRecord | undefined): void {
    for (const id of [...list.members.keys()]) {
      const member = profileById(id)
      if (member !== undefined) this.leave(list.id, member)
    }
    this.#lists.delete(list.id)
  }
}
