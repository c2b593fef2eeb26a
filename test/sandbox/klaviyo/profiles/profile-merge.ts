import type { ListBook } from '../lists/list-book.ts'
import { identifierFields, type ProfileRecord, textFields } from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'

export interface Merge {
  readonly source: ProfileRecord
  readonly destination: ProfileRecord
  readonly at: number
}

/**
 * The destination keeps what it has and takes from the source what it lacks; the source is gone afterwards.
 * https://help.klaviyo.com/hc/en-us/articles/115005073847
 */
export function mergeProfiles(store: ProfileStore, lists: ListBook, { source, destination, at }: Merge): void {
  const taken = { ...source.attributes }
  const joined = [...source.lists]
  lists.forget(source)
  store.delete(source)
  for (const field of identifierFields) {
    if (destination.attributes[field] === null) store.setIdentifier(destination, field, taken[field])
  }
  for (const field of textFields) destination.attributes[field] ??= taken[field]
  destination.attributes.location ??= taken.location
  destination.attributes.properties = { ...taken.properties, ...destination.attributes.properties }
  for (const listId of joined) lists.join(listId, destination, at)
  store.touch(destination, at)
}
