// A customer with address, consent and two metafields costs Shopify 8 points; a standard shop restores 100 points a second.
// https://shopify.dev/docs/api/usage/limits
const POINTS_A_CUSTOMER = 8
const SLOWEST_RESTORE_POINTS_A_SECOND = 100
const PATIENCE_SECONDS = 4 * 60

/** More ready marks than this are read by a bulk operation: one by one they would take minutes. */
export const CATCH_UP_MARKS = Math.floor((SLOWEST_RESTORE_POINTS_A_SECOND * PATIENCE_SECONDS) / POINTS_A_CUSTOMER)

/** How many customers one read may ask for, given the points at hand. 0 when it is better to wait. */
export function readSize(pointsAvailable: number | null): number {
  const affordable = pointsAvailable === null ? LARGEST_READ : Math.floor(pointsAvailable / POINTS_A_CUSTOMER)
  return Math.min(LARGEST_READ, affordable)
}

/** 1,000 points is the most one query may cost, whatever the plan; 8 x 100 and the rest to spare. */
export const LARGEST_READ = 100
