import { type CustomerId, gidOf } from '#app/core/ids.ts'

/** A page of the shop's customer segments. Scope: read_customers. About 100 points. */
export const SEGMENTS = `#graphql
  query Segments($after: String) {
    segments(first: 100, after: $after) { nodes { id name } pageInfo { hasNextPage endCursor } }
  }`

/** Which of some segments exist; a deleted one comes back as null in its place. 1 point, and 1 for each. */
export const SEGMENTS_BY_IDS = `#graphql
  query SegmentsByIds($ids: [ID!]!) {
    nodes(ids: $ids) { id }
  }`

/** What a segment is called; null if it is deleted. 1 point. */
export const SEGMENT_NAME = `#graphql
  query SegmentName($ids: [ID!]!) {
    nodes(ids: $ids) { ... on Segment { id name } }
  }`

/** A page of a segment's members, ids only: 1 point each. Scope: read_customers. */
export const SEGMENT_MEMBERS = `#graphql
  query SegmentMembers($segment: ID!, $after: String) {
    customerSegmentMembers(segmentId: $segment, first: 250, after: $after) {
      edges { node { id } }
      pageInfo { hasNextPage endCursor }
    }
  }`

/** Returns the name under which the answer carries the customer at this place of the query. */
export function membershipAlias(place: number): string {
  return `c${place}`
}

/** In which of some segments customers are, and which of the segments exist. For the cost see read-lane.ts. */
export function membershipsQuery(customerIds: readonly CustomerId[]): string {
  const memberships = customerIds.map(
    (customerId, place) =>
      `${membershipAlias(place)}: customerSegmentMembership(customerId: ${JSON.stringify(gidOf(customerId))}, segmentIds: $segments) { memberships { segmentId isMember } }`,
  )
  return `#graphql
  query SegmentMemberships($segments: [ID!]!) {
    found: nodes(ids: $segments) { id }
    ${memberships.join('\n    ')}
  }`
}
