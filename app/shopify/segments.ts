import { z } from 'zod'
import { type CustomerId, customerGid, type ShopDomain } from '#app/core/ids.ts'
import type { Named } from '#app/core/settings/audience.ts'
import { type AdminAnswer, type FieldFault, UnreadableAnswer } from './admin-answer.ts'
import { askAdmin } from './ask-admin.ts'
import {
  membershipAlias,
  membershipsQuery,
  SEGMENT_MEMBERS,
  SEGMENT_NAME,
  SEGMENTS,
  SEGMENTS_BY_IDS,
} from './segments.graphql.ts'
import { storableText } from './storable-text.ts'

const pageInfo = z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() })

export interface NamedPage {
  readonly named: readonly Named[]
  /** The cursor of the next page; null on the last. */
  readonly next: string | null
}

const segmentPage = z.object({
  segments: z.object({ nodes: z.array(z.object({ id: z.string(), name: z.string() })), pageInfo }),
})

/** Returns a page of the shop's customer segments. */
export async function readSegments(shop: ShopDomain, after: string | null): Promise<AdminAnswer<NamedPage>> {
  const parse = segmentPage.transform(({ segments: { nodes, pageInfo } }) => ({
    named: nodes,
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }))
  return askAdmin(shop, SEGMENTS, { variables: { after }, parse })
}

const foundNodes = z.array(z.object({ id: z.string() }).nullable())

/** Returns those of these segments that are deleted. If Shopify fails to show one, the whole answer is `unavailable`. */
export async function readGoneSegments(
  shop: ShopDomain,
  segments: readonly string[],
): Promise<AdminAnswer<readonly string[]>> {
  const parse = z.object({ nodes: foundNodes }).transform(({ nodes }) => goneOf(segments, nodes))
  const answer = await askAdmin(shop, SEGMENTS_BY_IDS, { variables: { ids: segments }, parse })
  return answer.kind === 'answered' && answer.faults.length > 0 ? failureOf(answer.faults) : answer
}

function goneOf(segments: readonly string[], nodes: z.infer<typeof foundNodes>): string[] {
  return segments.filter((_, place) => nodes[place] === null)
}

const foundName = z.object({ nodes: z.array(z.object({ name: storableText }).nullable()).length(1) })

/** Returns what a segment is called; null if it is deleted. If Shopify fails to show it, the answer is `unavailable`. */
export async function readSegmentName(shop: ShopDomain, segment: string): Promise<AdminAnswer<string | null>> {
  const parse = foundName.transform(({ nodes: [found] }) => found?.name ?? null)
  const answer = await askAdmin(shop, SEGMENT_NAME, { variables: { ids: [segment] }, parse })
  return answer.kind === 'answered' && answer.faults.length > 0 ? failureOf(answer.faults) : answer
}

export interface MemberPage {
  readonly members: readonly CustomerId[]
  /** The cursor of the next page; null on the last. */
  readonly next: string | null
}

// A member has an id of its own kind, with the customer's number. The schema does not say so, so a customer's own id is accepted too.
const memberGid = z
  .string()
  .transform((gid) => gid.replace(/^gid:\/\/shopify\/CustomerSegmentMember\//, 'gid://shopify/Customer/'))
  .pipe(customerGid)

const memberPage = z.object({
  // A member without a readable customer id is skipped.
  customerSegmentMembers: z.object({
    edges: z.array(
      z
        .object({ node: z.object({ id: memberGid }) })
        .nullable()
        .catch(null),
    ),
    pageInfo,
  }),
})

/** Returns a page of a segment's members. Null if Shopify does not show the segment: it may be deleted, or unavailable at present. */
export async function readSegmentMembers(
  shop: ShopDomain,
  segment: string,
  after: string | null,
): Promise<AdminAnswer<MemberPage | null>> {
  const parse = memberPage.nullish().transform((page) => page && toMemberPage(page.customerSegmentMembers))
  const answer = await askAdmin(shop, SEGMENT_MEMBERS, { variables: { segment, after }, parse })
  return orNothing(answer)
}

/**
 * The same from a stored cursor: `unreadable` if Shopify refuses the document itself, for example because the cursor is no longer good. A repeat
 * would be answered in the same way.
 */
export async function readMembersFromCursor(
  shop: ShopDomain,
  { segment, cursor }: { readonly segment: string; readonly cursor: string | null },
): Promise<AdminAnswer<MemberPage | null> | 'unreadable'> {
  try {
    return await readSegmentMembers(shop, segment, cursor)
  } catch (error) {
    if (!(error instanceof UnreadableAnswer)) throw error
    return 'unreadable'
  }
}

function toMemberPage({ edges, pageInfo }: z.infer<typeof memberPage>['customerSegmentMembers']): MemberPage {
  return {
    members: edges.flatMap((edge) => edge?.node.id ?? []),
    next: pageInfo.hasNextPage ? pageInfo.endCursor : null,
  }
}

export interface Memberships {
  /** In the order asked for: the segments that the customer is in. */
  readonly of: readonly ReadonlySet<string>[]
  readonly gone: readonly string[]
}

/** Nothing is known, because of these of the customers (by their place), if Shopify named any. */
export interface NoMemberships {
  readonly failed: readonly number[]
}

const membership = z.object({ memberships: z.array(z.object({ segmentId: z.string(), isMember: z.boolean() })) })

const memberships = z.looseObject({ found: foundNodes })

/** Returns in which of these segments customers are. At most as many as read-lane.ts allows. */
export async function readMemberships(
  shop: ShopDomain,
  customerIds: readonly CustomerId[],
  segments: readonly string[],
): Promise<AdminAnswer<Memberships | NoMemberships>> {
  const parse = memberships.nullish().transform((data) => {
    if (!data) return null
    const answers = customerIds.map((_, place) => membership.safeParse(data[membershipAlias(place)]).data ?? null)
    return { answers, gone: goneOf(segments, data.found) }
  })
  const answer = orNothing(await askAdmin(shop, membershipsQuery(customerIds), { variables: { segments }, parse }))
  if (answer.kind !== 'answered') return answer
  const { data, ...rest } = answer
  const read = data?.answers.filter((one) => one !== null) ?? []
  if (data && answer.faults.length === 0 && read.length === customerIds.length) {
    return { ...rest, data: { of: read.map(segmentsIn), gone: data.gone } }
  }
  const places = new Map(customerIds.map((_, place) => [membershipAlias(place), place]))
  const faulty = answer.faults.flatMap(({ path }) => places.get(String(path[0])) ?? [])
  const odd = data?.answers.flatMap((one, place) => (one === null ? place : [])) ?? []
  return { ...rest, data: { failed: [...new Set([...faulty, ...odd])] } }
}

function segmentsIn({ memberships }: z.infer<typeof membership>): ReadonlySet<string> {
  return new Set(memberships.flatMap(({ segmentId, isMember }) => (isMember ? segmentId : [])))
}

/** Data that are missing as a whole because the app may not see them become null. */
function orNothing<Data>(answer: AdminAnswer<Data | null | undefined>): AdminAnswer<Data | null> {
  if (answer.kind !== 'answered') return answer
  const data = answer.data ?? null
  if (data === null && answer.faults.some(({ denied }) => denied)) return { kind: 'access_denied' }
  return { ...answer, data }
}

function failureOf(faults: readonly FieldFault[]): AdminAnswer<never> {
  return { kind: faults.some(({ denied }) => denied) ? 'access_denied' : 'unavailable' }
}
