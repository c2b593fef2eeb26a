import { type CustomerId, customerNumber } from '#app/core/ids.ts'

/** Returns the customer that a profile names in the first of these properties that has one (ownerPropertiesOf); null if none has. */
export function ownerIn(
  properties: Readonly<Record<string, unknown>> | null | undefined,
  names: readonly string[],
): CustomerId | null {
  for (const name of names) {
    const owner = customerNumber.safeParse(properties?.[name])
    if (owner.success) return owner.data
  }
  return null
}
