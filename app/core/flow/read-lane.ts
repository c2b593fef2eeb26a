import type { StandingAsked } from '../profile/standing.ts'

// A customer with address and consent costs Shopify 6 points, and each metafield one more; a standard shop restores 100 points
// a second. https://shopify.dev/docs/api/usage/limits
const POINTS_A_CUSTOMER = 6
const SLOWEST_RESTORE_POINTS_A_SECOND = 100
const PATIENCE_SECONDS = 4 * 60

/** 1,000 points is the most one query may cost, whatever the plan; one of them is for the list itself. */
const MOST_POINTS = 1_000 - 1
/** As many ids as one query may well name. */
const LARGEST_READ = 100

// Asked of one customer: 1 and 1 for each segment; of one in a company, with ten roles, 23.
const POINTS_A_MEMBERSHIP = 1
const POINTS_OF_PLACES = 23
/** The list of customers, and each segment looked for. */
const POINTS_OF_A_CALL = 2

function pointsOf(metafields: number): number {
  return POINTS_A_CUSTOMER + metafields
}

function membershipPoints(segments: number): number {
  return segments === 0 ? 0 : POINTS_A_MEMBERSHIP + segments
}

/** What it costs to ask of one customer all that the rules want to know beside the record. */
function standingPoints(asked: StandingAsked | null): number {
  if (!asked) return 0
  return membershipPoints(asked.segments.length) + (asked.places ? POINTS_OF_PLACES : 0)
}

/** More ready marks than this are read by a bulk operation: one by one they would take minutes. */
export function catchUpMarks(metafields: number, asked: StandingAsked | null = null): number {
  const points = pointsOf(metafields) + standingPoints(asked)
  return Math.floor((SLOWEST_RESTORE_POINTS_A_SECOND * PATIENCE_SECONDS) / points)
}

/**
 * How many customers with so many metafields one read may ask for, given the points at hand, if as much is to be left as asking what
 * the rules want to know of them costs. 0 when it is better to wait.
 */
export function readSize(
  pointsAvailable: number | null,
  metafields: number,
  asked: StandingAsked | null = null,
): number {
  const atHand = pointsAvailable ?? MOST_POINTS
  const aside = asked ? POINTS_OF_A_CALL * 2 + asked.segments.length : 0
  const affordable = Math.floor((atHand - aside) / (pointsOf(metafields) + standingPoints(asked)))
  const allowed = Math.floor(Math.min(MOST_POINTS, atHand) / pointsOf(metafields))
  return Math.max(0, Math.min(LARGEST_READ, affordable, allowed))
}

/** How many customers one call may ask about, in so many segments each. */
export function membershipsSize(segments: number): number {
  return Math.floor((MOST_POINTS - POINTS_OF_A_CALL - segments) / membershipPoints(segments))
}

/** How many customers one call may ask the places in companies of. */
export const PLACES_SIZE = Math.floor(MOST_POINTS / POINTS_OF_PLACES)
