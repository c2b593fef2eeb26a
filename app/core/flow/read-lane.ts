// A customer with address and consent costs Shopify 6 points, and each metafield one more; a standard shop restores 100 points
// a second. https://shopify.dev/docs/api/usage/limits
const POINTS_A_CUSTOMER = 6
const SLOWEST_RESTORE_POINTS_A_SECOND = 100
const PATIENCE_SECONDS = 4 * 60

/** 1,000 points is the most one query may cost, whatever the plan; one of them is for the list itself. */
const MOST_POINTS = 1_000 - 1
/** As many ids as one query may well name. */
const LARGEST_READ = 100

function pointsOf(metafields: number): number {
  return POINTS_A_CUSTOMER + metafields
}

/** More ready marks than this are read by a bulk operation: one by one they would take minutes. */
export function catchUpMarks(metafields: number): number {
  return Math.floor((SLOWEST_RESTORE_POINTS_A_SECOND * PATIENCE_SECONDS) / pointsOf(metafields))
}

/** How many customers with so many metafields one read may ask for, given the points at hand. 0 when it is better to wait. */
export function readSize(pointsAvailable: number | null, metafields: number): number {
  const points = Math.min(MOST_POINTS, pointsAvailable ?? MOST_POINTS)
  return Math.min(LARGEST_READ, Math.floor(points / pointsOf(metafields)))
}
