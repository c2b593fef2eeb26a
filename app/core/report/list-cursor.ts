import { isStorable } from '../flow/instants.ts'
import { type CustomerId, customerNumber } from '../ids.ts'

/**
 * Which end of a list comes first: by since when the customer is in it, or by when it was last sent if it is in sync. Of a field that was
 * left out it is not recorded since when: that list is by the customer's number.
 */
export const listOrders = ['newest', 'oldest'] as const
export type ListOrder = (typeof listOrders)[number]

/** A place in a list. */
export interface ListPlace {
  /** Since when the customer is in the list, or when it was last sent; null in the list by number, and if it is not known. */
  readonly since: Date | null
  readonly customerId: CustomerId
}

/** Which page of a list: the customers after a place, or before one; the first page if it is after none. */
export interface ListPosition {
  readonly order: ListOrder
  readonly after: ListPlace | null
  readonly before: ListPlace | null
}

/** Returns the text by which an address names a place: `1764251999000.7031`, or the number alone. */
export function cursorOf({ since, customerId }: ListPlace): string {
  return since ? `${since.getTime()}.${customerId}` : customerId
}

const CURSOR = /^(?:(\d{1,15})\.)?(\d+)$/

/** Returns the place that a cursor names; null if it names none. */
export function placeOf(cursor: string | null): ListPlace | null {
  const [, since, number] = CURSOR.exec(cursor ?? '') ?? []
  const customerId = customerNumber.safeParse(number)
  const at = since === undefined ? null : new Date(Number(since))
  if (!customerId.success || (at && !isStorable(at))) return null
  return { since: at, customerId: customerId.data }
}
