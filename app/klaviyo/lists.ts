import { z } from 'zod'
import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { Interruption } from '#app/core/flow/push-outcome.ts'
import type { KlaviyoList } from '#app/core/settings/destination.ts'
import { askKlaviyo, type KlaviyoAnswer, readAs } from './ask-klaviyo.ts'
import { quoted } from './find-profiles.ts'
import { pathOf } from './page-links.ts'

const listResource = z.object({ id: z.string().min(1), attributes: z.object({ name: z.string() }) })
const listPage = z.object({
  data: z.array(listResource),
  links: z.object({ next: z.string().nullish() }).nullish(),
})

/** Returns a page of an account's lists, ten to a page; `next` is the next page's path, null on the last. */
export async function listLists(
  access: KlaviyoAccess,
  page: { next: string } | null,
): Promise<
  { readonly kind: 'page'; readonly lists: readonly KlaviyoList[]; readonly next: string | null } | Interruption
> {
  const path = page?.next ?? '/api/lists?fields[list]=name&page[size]=10'
  const answer = await askKlaviyo(access, { method: 'GET', path })
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(listPage, answer.body)
  if (!read) return { kind: 'unavailable' }
  const lists = read.data.map(toList)
  return { kind: 'page', lists, next: pathOf(read.links?.next) }
}

function toList({ id, attributes: { name } }: z.infer<typeof listResource>): KlaviyoList {
  return { id, name }
}

/** Returns the list of this name that Klaviyo shows first; null if there is none. */
export async function findListByName(
  access: KlaviyoAccess,
  name: string,
): Promise<
  { readonly kind: 'found'; readonly list: KlaviyoList | null } | { readonly kind: 'forbidden' } | Interruption
> {
  const filter = encodeURIComponent(`equals(name,${quoted(name)})`)
  const path = `/api/lists?filter=${filter}&fields[list]=name&sort=created`
  const answer = await askKlaviyo(access, { method: 'GET', path, mayLackScope: true })
  if (answer.kind === 'unauthorized' && answer.forbidden) return { kind: 'forbidden' }
  if (answer.kind === 'refused') return { kind: 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(listPage, answer.body)
  return read ? { kind: 'found', list: read.data.map(toList)[0] ?? null } : { kind: 'unavailable' }
}

export type ListAnswer =
  | { readonly kind: 'found'; readonly list: KlaviyoList }
  /** There is no such list. */
  | { readonly kind: 'gone' }
  /** The key may not change lists. */
  | { readonly kind: 'forbidden' }
  | Interruption

/** Returns a list as it is called now. */
export async function findList(access: KlaviyoAccess, id: string): Promise<ListAnswer> {
  const path = `/api/lists/${encodeURIComponent(id)}?fields[list]=name`
  return toListAnswer(await askKlaviyo(access, { method: 'GET', path, mayLackScope: true }))
}

/** Makes a list. Klaviyo lets several have the same name. https://developers.klaviyo.com/en/reference/create_list */
export async function createList(access: KlaviyoAccess, name: string): Promise<ListAnswer> {
  const body = JSON.stringify({ data: { type: 'list', attributes: { name } } })
  return toListAnswer(await askKlaviyo(access, { method: 'POST', path: '/api/lists', mayLackScope: true, body }))
}

function toListAnswer(answer: KlaviyoAnswer): ListAnswer {
  if (answer.kind === 'unauthorized' && answer.forbidden) return { kind: 'forbidden' }
  if (answer.kind === 'refused') return { kind: answer.status === 404 ? 'gone' : 'unavailable' }
  if (answer.kind !== 'answered') return answer
  const read = readAs(z.object({ data: listResource }), answer.body)
  return read ? { kind: 'found', list: toList(read.data) } : { kind: 'unavailable' }
}

export type MembersChanged =
  | { readonly kind: 'done' }
  /** Nothing was changed, because these profiles are unknown, or (if empty) some that Klaviyo does not name. */
  | { readonly kind: 'refused'; readonly unknown: readonly string[] }
  /** There is no such list. */
  | { readonly kind: 'gone' }
  /** The key may not change lists. */
  | { readonly kind: 'forbidden' }
  | Interruption

/**
 * Adds profiles to a list, or removes them; their consent does not change. At most 1,000; one that is unknown fails the call.
 * https://developers.klaviyo.com/en/reference/add_profiles_to_list
 */
export async function changeMembers(
  access: KlaviyoAccess,
  { list, kind, profiles }: { list: string; kind: 'join' | 'leave'; profiles: readonly string[] },
): Promise<MembersChanged> {
  const answer = await askKlaviyo(access, {
    method: kind === 'join' ? 'POST' : 'DELETE',
    path: `/api/lists/${encodeURIComponent(list)}/relationships/profiles`,
    mayLackScope: true,
    body: JSON.stringify({ data: profiles.map((id) => ({ type: 'profile', id })) }),
  })
  if (answer.kind === 'answered') return { kind: 'done' }
  if (answer.kind === 'unauthorized' && answer.forbidden) return { kind: 'forbidden' }
  if (answer.kind !== 'refused') return answer
  if (answer.status === 404) return { kind: 'gone' }
  return { kind: 'refused', unknown: profiles.filter((id) => answer.errors.some(({ words }) => words.includes(id))) }
}
