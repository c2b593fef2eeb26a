import { type MetafieldKey, STORE_CREDIT } from '../profile/mapped-values.ts'
import type { MembershipQuery } from '../profile/memberships.ts'

// A customer with address and consent costs Shopify 6 points, and each metafield one more; a standard shop regains 100 points a second.
// https://shopify.dev/docs/api/usage/limits
const POINTS_A_CUSTOMER = 6
const SLOWEST_RESTORE_POINTS_A_SECOND = 100
const PATIENCE_SECONDS = 4 * 60

/** 1,000 points is the most one query may cost, whatever the plan; one of them is for the list itself. */
const MOST_POINTS = 1_000 - 1
/** The most ids in one query. */
const LARGEST_READ = 100

// For one customer: 1 point, and 1 for each segment; for a contact of a company with ten roles, 23.
const POINTS_A_MEMBERSHIP = 1
const POINTS_OF_PLACES = 23
/** The list of customers, and each segment in it. */
const POINTS_OF_A_CALL = 2

// The account and its balance, for each of the five accounts that are asked for.
const POINTS_OF_STORE_CREDIT = 10

/** Returns how many metafields cost as much to read of a customer as these; store credit is one of them, and costs as much as ten. */
export function metafieldsWorth(keys: readonly MetafieldKey[]): number {
  const isStoreCredit = ({ namespace }: MetafieldKey) => namespace === STORE_CREDIT.namespace
  return keys.reduce((sum, key) => sum + (isStoreCredit(key) ? POINTS_OF_STORE_CREDIT : 1), 0)
}

function pointsOf(metafields: number): number {
  return POINTS_A_CUSTOMER + metafields
}

function membershipPoints(segments: number): number {
  return segments === 0 ? 0 : POINTS_A_MEMBERSHIP + segments
}

/** Returns the points it costs to read one customer's memberships. */
function membershipQueryPoints(query: MembershipQuery | null): number {
  if (!query) return 0
  return membershipPoints(query.segments.length) + (query.places ? POINTS_OF_PLACES : 0)
}

/**
 * Returns how many ready marks are too many to read one by one: more are read by a bulk operation, because one by one they would take
 * minutes.
 */
export function catchUpMarks(metafields: number, query: MembershipQuery | null = null): number {
  const points = pointsOf(metafields) + membershipQueryPoints(query)
  return Math.floor((SLOWEST_RESTORE_POINTS_A_SECOND * PATIENCE_SECONDS) / points)
}

/**
 * Returns how many customers with so many metafields one read may ask for with the points available, if enough points must remain to read
 * their memberships. 0 if it is better to wait.
 */
export function readSize(
  pointsAvailable: number | null,
  metafields: number,
  query: MembershipQuery | null = null,
): number {
  const atHand = pointsAvailable ?? MOST_POINTS
  const aside = query ? POINTS_OF_A_CALL * 2 + query.segments.length : 0
  const affordable = Math.floor((atHand - aside) / (pointsOf(metafields) + membershipQueryPoints(query)))
  const allowed = Math.floor(Math.min(MOST_POINTS, atHand) / pointsOf(metafields))
  return Math.max(0, Math.min(LARGEST_READ, affordable, allowed))
}

/** Returns how many customers one call may ask about, in so many segments each. */
export function membershipsSize(segments: number): number {
  return Math.floor((MOST_POINTS - POINTS_OF_A_CALL - segments) / membershipPoints(segments))
}

/** The most customers whose companies one call may ask for. */
export const PLACES_SIZE = Math.floor(MOST_POINTS / POINTS_OF_PLACES)
