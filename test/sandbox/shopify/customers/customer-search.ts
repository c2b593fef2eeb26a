import { compareIds } from '../global-id.ts'
import { onDay, parseSearch, type Search, type SearchField, sameNumber, sameText } from '../search.ts'
import type { Customer } from './customer.ts'

const tagged = sameText<Customer>(({ tags }) => tags)

/** What `customers(query:)` can filter by, as far as the stand-in goes. */
const fields: Readonly<Record<string, SearchField<Customer>>> = {
  id: sameNumber((customer, value) => compareIds(customer.id, value)),
  email: sameText((customer) => [customer.defaultEmailAddress?.emailAddress]),
  phone: sameText((customer) => [customer.defaultPhoneNumber?.phoneNumber]),
  tag: tagged,
  tag_not: (value, comparator) => {
    const test = tagged(value, comparator)
    return (customer) => !test(customer)
  },
  state: sameText((customer) => [customer.state]),
  first_name: sameText((customer) => [customer.firstName]),
  last_name: sameText((customer) => [customer.lastName]),
  country: sameText((customer) => [customer.defaultAddress?.country, customer.defaultAddress?.countryCodeV2]),
  orders_count: sameNumber((customer, value) => Number(customer.numberOfOrders) - Number(value)),
  updated_at: onDay((customer) => customer.updatedAt),
  created_at: onDay((customer) => customer.createdAt),
  customer_date: onDay((customer) => customer.createdAt),
  default: anywhere,
}

export function customerSearch(query: string | null | undefined): Search<Customer> | null {
  return query?.trim() ? parseSearch(query, fields) : null
}

/** A bare word, wherever it stands in the name, the address or the phone number; with a `*`, the beginning of a word there. */
function anywhere(value: string): (customer: Customer) => boolean {
  const wanted = value.toLowerCase()
  const beginning = wanted.length > 1 && wanted.endsWith('*') ? wanted.slice(0, -1) : null
  return ({ displayName, defaultEmailAddress, defaultPhoneNumber }) => {
    const texts = [displayName, defaultEmailAddress?.emailAddress, defaultPhoneNumber?.phoneNumber]
    const found = (text: string) =>
      beginning === null ? text.includes(wanted) : text.split(/[\s@.]+/).some((word) => word.startsWith(beginning))
    return texts.some((text) => text != null && found(text.toLowerCase()))
  }
}
