import type { Subscriptions } from '../consent/subscriptions.ts'
import type { JsonObject } from '../json.ts'

/** The attributes that hold text, in the order in which Klaviyo shows them. */
export const textFields = [
  'email',
  'phone_number',
  'external_id',
  'first_name',
  'last_name',
  'organization',
  'locale',
  'title',
  'image',
] as const

export type TextField = (typeof textFields)[number]

/** Each belongs to one profile of an account at most. Emails are compared without regard to case. */
export const identifierFields = ['email', 'phone_number', 'external_id'] as const satisfies readonly TextField[]

export type IdentifierField = (typeof identifierFields)[number]

export const locationFields = [
  'address1',
  'address2',
  'city',
  'country',
  'latitude',
  'longitude',
  'region',
  'zip',
  'timezone',
  'ip',
] as const

/** Every attribute is there, null where nothing was ever written: one hidden class for a million of them. */
export interface ProfileAttributes extends Record<TextField, string | null> {
  location: JsonObject | null
  properties: JsonObject
}

/** Who wrote something: the app under test, or anybody else (another integration, a person in Klaviyo). */
export type Writer = 'app' | 'others'

export interface ProfileRecord {
  readonly id: string
  readonly attributes: ProfileAttributes
  readonly created: string
  readonly createdBy: Writer
  /** The fields that others wrote last, such as `first_name`, `location.city`, `properties.vip`; null when there are none. */
  theirs: Set<string> | null
  updated: string
  /** How often an upsert, an import, an event or a merge wrote it, whether or not anything changed by that. */
  writes: number
  /** In ms. What an import job wrote bears the time at which the job was due. */
  lastWriteAt: number
  /** Never changed in place: profiles on no list share one empty set. */
  lists: ReadonlySet<string>
  subscriptions: Subscriptions
}

/** A profile as a request sends it, once it is known to be well formed. */
export interface SentProfile {
  readonly id?: string | null
  readonly attributes: SentAttributes
  readonly meta?: { readonly patch_properties?: PropertyPatch | null } | null
}

export interface SentAttributes extends Partial<Record<TextField, string | null>> {
  readonly location?: JsonObject | null
  readonly properties?: JsonObject | null
}

export interface PropertyPatch {
  readonly append?: JsonObject | null
  readonly unappend?: JsonObject | null
  readonly unset?: string | readonly string[] | null
}
