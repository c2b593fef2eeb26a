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
  noteWhatOthersWrote(destination, source)
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

/** A field that the destination takes from the source stays whose it was. */
function noteWhatOthersWrote(destination: ProfileRecord, source: ProfileRecord): void {
  const has = (name: string) => (fieldOf(destination.attributes, name) ?? null) !== null
  const taken = [...(source.theirs ?? [])].filter((name) => !has(name))
  if (taken.length > 0) destination.theirs = new Set([...(destination.theirs ?? []), ...taken])
}

function fieldOf(attributes: ProfileRecord['attributes'], name: string): unknown {
  if (name.startsWith('properties.')) return attributes.properties[name.slice('properties.'.length)]
  if (name.startsWith('location.')) return attributes.location
  return (attributes as unknown as Record<string, unknown>)[name]
}
