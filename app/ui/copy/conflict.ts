import type { IdentityConflict } from '#app/core/report/unsynced-customers.ts'

export const conflictCopy = {
  own: 'Profile of this customer',
  other: 'Profile it conflicts with',
  openInKlaviyo: (klaviyoId: string) => `Open profile ${klaviyoId} in Klaviyo, in a new tab`,
  withoutPhone: 'Send without phone number',
  withoutPhoneLabel: (name: string) => `Send ${name} without phone number`,
  sent: 'Sent without phone number',
  notSent: 'There was no conflict left to settle',
} as const

/** What the merchant may do about a conflict. */
export function conflictChoices({ withoutPhone }: IdentityConflict): string {
  return withoutPhone
    ? 'It was sent without phone number, and another identifier is the other profile’s as well. If that is the external ID, stop sending it under Settings, What is sent. Or merge the two in Klaviyo, or leave them as they are.'
    : 'If the phone number is the other profile’s, send this customer without it. If the external ID is, stop sending it under Settings, What is sent. Or merge the two in Klaviyo, or leave them as they are.'
}
