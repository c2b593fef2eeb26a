import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import { askKlaviyo, readAs } from './ask-klaviyo.ts'

/** More names than a merchant would map to. */
const MOST_NAMES = 300
const MOST_LETTERS = 255

const page = z.object({
  data: z.array(
    z.object({ attributes: z.object({ properties: z.record(z.string(), z.unknown()).nullish() }).nullish() }),
  ),
})

/**
 * Returns the names of the properties that the twenty most recently changed profiles of an account have, without the profiles that name a
 * customer in `ownerProperty`: other apps, or people, wrote these. Null if Klaviyo did not say. Makes one call.
 * https://developers.klaviyo.com/en/reference/get_profiles
 */
export async function listRecentProperties(
  access: KlaviyoAccess,
  ownerProperty: string,
): Promise<readonly string[] | null> {
  const path = '/api/profiles?sort=-updated&fields[profile]=properties&page[size]=20'
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind !== 'answered') return null
  const read = readAs(page, answer.body)
  if (!read) return null
  const names = read.data.flatMap(({ attributes }) => {
    const properties = attributes?.properties ?? {}
    return Object.hasOwn(properties, ownerProperty) ? [] : Object.keys(properties)
  })
  return [...new Set(names)].filter((name) => name.length <= MOST_LETTERS && !name.includes('\0')).slice(0, MOST_NAMES)
}
