import { type CustomerView, ownProfile } from './customer-view.ts'
import { type Fields, OWNER } from './expectation/expected-profile.ts'

/** The expectation without the fields that the row says were left out, and what is wrong with leaving them out. */
export function withoutOmitted(view: CustomerView, expected: Fields): { fields: Fields; faults: string[] } {
  const omitted = view.row.omitted.map(({ field }) => field)
  const gone = new Set(omitted)
  const faults = omitted
    .filter((field) => !isRealOmission(field, view, expected))
    .map((field) => `${field} is left out without need`)
  return { fields: new Map([...expected].filter(([name]) => !gone.has(name))), faults }
}

/** The customer has something there that is no real number, another profile holds it, or Klaviyo was seen to refuse it. */
function isRealOmission(field: string, view: CustomerView, expected: Fields): boolean {
  if (field === 'email' || field === OWNER) return false
  if (view.kept.wrong.has(field)) return true
  const { customer, account } = view
  if (field === 'phone_number' && !expected.has(field)) return Boolean(customer.defaultPhoneNumber?.phoneNumber)
  const value = expected.get(field)
  if (field === 'phone_number' || field === 'external_id') {
    const holder = typeof value === 'string' ? account.profileBy(field, value) : undefined
    if (holder && holder !== ownProfile(view)) return true
  }
  const pointer = `/${field.replaceAll('.', '/')}`
  return account.parts.refusals.of(customer.id).some((refused) => refused.pointer.endsWith(pointer))
}
