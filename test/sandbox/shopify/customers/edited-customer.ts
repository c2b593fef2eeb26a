import { type Customer, type CustomerFields, displayNameOf } from './customer.ts'
import { type EmailAddress, emailAddressOf, phoneNumberOf } from './customer-values.ts'

/** What an edit in the admin may touch. Tags, consent and metafields have their own verbs, as they have their own webhooks. */
export type CustomerEdits = Omit<
  CustomerFields,
  | 'id'
  | 'createdAt'
  | 'updatedAt'
  | 'tags'
  | 'metafields'
  | 'points'
  | 'tier'
  | 'storeCreditAccounts'
  | 'companyContactProfiles'
>

export function editedCustomer(before: Customer, { email, phone, ...fields }: CustomerEdits): Customer {
  const after: Customer = {
    ...before,
    ...fields,
    ...(email !== undefined && { defaultEmailAddress: readdressed(before.defaultEmailAddress, email) }),
    ...(phone !== undefined && { defaultPhoneNumber: phone === null ? null : phoneNumberOf(phone) }),
  }
  const { firstName, lastName, defaultEmailAddress, defaultPhoneNumber } = after
  return { ...after, displayName: displayNameOf(firstName, lastName, defaultEmailAddress, defaultPhoneNumber) }
}

/** A corrected address keeps the consent that was given. */
function readdressed(before: EmailAddress | null, email: string | null): EmailAddress | null {
  if (email === null) return null
  const { emailAddress, validFormat } = emailAddressOf(email)
  return { ...(before ?? emailAddressOf(email)), emailAddress, validFormat }
}
