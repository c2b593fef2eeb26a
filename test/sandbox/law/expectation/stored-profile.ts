import type { ProfileRecord } from '#test/sandbox/klaviyo/profiles/profile-record.ts'
import type { Choices } from '../choices.ts'
import { type Fields, fieldsSent } from './expected-profile.ts'

/** A profile as it stands in Klaviyo, without the fields that hold nothing. */
function storedFields({ attributes }: ProfileRecord): Fields {
  const { location, properties, ...texts } = attributes
  const named = (prefix: string, values: object | null) =>
    Object.entries(values ?? {}).map(([name, value]): [string, unknown] => [prefix + name, value])
  const all = [...named('', texts), ...named('location.', location), ...named('properties.', properties)]
  return new Map(all.filter(([, value]) => value !== null && value !== undefined))
}

/**
 * What is wrong with a profile, a few words for each field. A field that the app wrote last and the customer lacks was to be cleared,
 * unless the merchant wanted it to stay; what others wrote is left alone, and so are the fields in `kept`.
 */
export function faultsInProfile(
  expected: Fields,
  profile: ProfileRecord,
  { mapping, leftInKlaviyo }: Choices,
  kept: ReadonlySet<string>,
): string[] {
  const stored = storedFields(profile)
  const sent = fieldsSent(mapping)
  const tags = `properties.${mapping.standard.tags.name}`
  const stays = new Set(leftInKlaviyo)
  const mayStay = (name: string) => !sent.has(name) && (!mapping.clears || stays.has(name))
  const missing = [...expected].filter(([name]) => !stored.has(name)).map(([name]) => `${name} is missing`)
  const other = [...expected]
    .filter(([name, value]) => stored.has(name) && textOf(name, value) !== textOf(name, stored.get(name)))
    .map(([name]) => `${name} has another value`)
  const left = [...stored.keys()]
    .filter((name) => !expected.has(name) && !profile.theirs?.has(name) && !mayStay(name) && !kept.has(name))
    .map((name) => `${name} was not cleared`)
  return [...missing, ...other, ...left]

  function textOf(name: string, value: unknown): string {
    const inAnyOrder = name === tags && Array.isArray(value)
    return JSON.stringify(inAnyOrder ? [...value].sort() : value)
  }
}
