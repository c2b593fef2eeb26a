import { isJsonObject, type JsonObject } from '../json.ts'
import {
  identifierFields,
  type ProfileRecord,
  type PropertyPatch,
  type SentProfile,
  type TextField,
  textFields,
  type Writer,
} from './profile-record.ts'
import type { ProfileStore } from './profile-store.ts'

/**
 * What a null does. An upsert or a PATCH clears the field; a bulk import passes it over: "Only fields explicitly provided
 * with non-null values will be updated." https://developers.klaviyo.com/en/docs/use_klaviyos_bulk_profile_import_api
 */
export type NullRule = 'clear' | 'ignore'

export interface Write {
  readonly nulls: NullRule
  /** In ms: when the write takes effect. */
  readonly at: number
  readonly by: Writer
}

const plainTextFields: readonly TextField[] = textFields.filter((field) => !identifierFields.some((id) => id === field))

/**
 * Writes what was sent into a profile. A field left out stays; properties and location are merged key by key.
 * What was sent belongs to the profile afterwards: large imports are not copied.
 */
export function writeProfile(store: ProfileStore, profile: ProfileRecord, sent: SentProfile, write: Write): void {
  const { attributes } = sent
  for (const field of identifierFields) {
    const value = attributes[field]
    if (isWritten(value, write.nulls)) store.setIdentifier(profile, field, value)
  }
  for (const field of plainTextFields) {
    const value = attributes[field]
    if (isWritten(value, write.nulls)) profile.attributes[field] = value
  }
  if (isWritten(attributes.location, write.nulls)) {
    profile.attributes.location = merged(profile.attributes.location, attributes.location, write.nulls)
  }
  if (isWritten(attributes.properties, write.nulls)) {
    profile.attributes.properties = merged(profile.attributes.properties, attributes.properties, write.nulls) ?? {}
  }
  const patch = sent.meta?.patch_properties
  if (isJsonObject(patch)) patchProperties(profile.attributes.properties, patch)
  noteWriter(profile, sent, write.by)
  store.touch(profile, write.at)
}

/** The app's writes are the many: of them nothing is kept, unless others wrote into the profile before. */
function noteWriter(profile: ProfileRecord, { attributes, meta }: SentProfile, by: Writer): void {
  if (by === 'app' && profile.theirs === null) return
  const { location, properties, ...texts } = attributes
  const { append, unappend, unset } = meta?.patch_properties ?? {}
  const named = (prefix: string, values: object | null | undefined) =>
    Object.entries(values ?? {}).flatMap(([name, value]) => (value === null ? [] : [prefix + name]))
  const written = [
    ...named('', texts),
    ...named('location.', location),
    ...[properties, append, unappend].flatMap((values) => named('properties.', values)),
    ...listOf(unset).map((name) => `properties.${name}`),
  ]
  profile.theirs ??= new Set()
  for (const name of written) by === 'others' ? profile.theirs.add(name) : profile.theirs.delete(name)
}

function isWritten<T>(value: T | undefined, nulls: NullRule): value is T {
  return value !== undefined && (value !== null || nulls === 'clear')
}

function merged(before: JsonObject | null, sent: JsonObject | null, nulls: NullRule): JsonObject | null {
  if (sent === null) return null
  const written = nulls === 'ignore' ? withoutNulls(sent) : sent
  if (before === null || isEmpty(before)) return written
  return Object.assign(before, written)
}

function withoutNulls(sent: JsonObject): JsonObject {
  for (const key in sent) {
    if (sent[key] === null) return Object.fromEntries(Object.entries(sent).filter(([, value]) => value !== null))
  }
  return sent
}

function isEmpty(value: JsonObject): boolean {
  for (const _key in value) return false
  return true
}

/** `unset` removes keys, `append` and `unappend` work on lists; a single value counts as a list of one. */
function patchProperties(properties: JsonObject, patch: PropertyPatch): void {
  for (const [key, added] of Object.entries(patch.append ?? {})) {
    properties[key] = [...listOf(properties[key]), ...listOf(added)]
  }
  for (const [key, removed] of Object.entries(patch.unappend ?? {})) {
    const gone = new Set(listOf(removed))
    if (key in properties) properties[key] = listOf(properties[key]).filter((value) => !gone.has(value))
  }
  for (const key of listOf(patch.unset)) delete properties[String(key)]
}

function listOf(value: unknown): readonly unknown[] {
  if (value === undefined || value === null) return []
  return Array.isArray(value) ? value : [value]
}
