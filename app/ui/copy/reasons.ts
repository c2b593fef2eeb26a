import type { ReasonCode } from '#app/core/issue/reason-code.ts'

/** What each reason means and what to do about it. */
export const reasonCopy: Record<ReasonCode, { readonly headline: string; readonly whatToDo: string }> = {
  rule_tags: {
    headline: 'Left out by tags',
    whatToDo: 'The tags of this customer are not among those you sync. See Settings, Audience.',
  },
  rule_account_state: {
    headline: 'Left out by account state',
    whatToDo: 'Customers with an account in this state are not synced. See Settings, Audience.',
  },
  rule_consent: {
    headline: 'Left out by email consent',
    whatToDo: 'The email consent of this customer is not one you sync. See Settings, Audience.',
  },
  rule_country: {
    headline: 'Left out by country',
    whatToDo: 'The country of this customer is not among those you sync. See Settings, Audience.',
  },
  rule_segment: {
    headline: 'Not in a segment you sync',
    whatToDo: 'This customer is in none of the Shopify segments you sync. See Settings, Audience.',
  },
  rule_company: {
    headline: 'Left out by company',
    whatToDo: 'This customer does not match your rule for companies. See Settings, Audience.',
  },
  no_email: {
    headline: 'No email address',
    whatToDo: 'Add an email address to the customer in Shopify. The profile is then sent automatically.',
  },
  future_only: {
    headline: 'Left as is',
    whatToDo:
      'The integration was turned on for future changes only. The profile is sent when the customer next changes; to send it now, press Sync customers.',
  },
  already_in_klaviyo: {
    headline: 'Already in Klaviyo',
    whatToDo:
      'Klaviyo already had a profile with this email address, and existing profiles are left alone. To update it, change this under Settings, Klaviyo destination.',
  },
  limit: {
    headline: 'Waits for the next full sync',
    whatToDo:
      'The last full sync created as many new profiles as you allow. Press Sync customers to continue, or raise the limit under Settings, Klaviyo destination.',
  },
  invalid_email: {
    headline: 'Email address is not valid',
    whatToDo: 'Correct the email address in Shopify. The profile is then sent automatically.',
  },
  profile_refused: {
    headline: 'Klaviyo refused this profile',
    whatToDo:
      'See what Klaviyo says and correct the customer in Shopify. The profile is then sent again automatically.',
  },
  too_large: {
    headline: 'Too much data for a Klaviyo profile',
    whatToDo:
      'A Klaviyo profile can hold up to 100 KB. Shorten the field named here in Shopify, or leave it out under Settings, Field mapping. The profile is then sent automatically.',
  },
  identity_conflict: {
    headline: 'Email address belongs to another Klaviyo profile',
    whatToDo:
      'The email address of this customer belongs to another Klaviyo profile. Merge the two profiles in Klaviyo, or correct the address in Shopify. The customer is then sent automatically.',
  },
  klaviyo_unavailable: {
    headline: 'Klaviyo did not answer',
    whatToDo: 'Nothing is wrong with the customer. Press Sync customers to try again.',
  },
  fields_withheld: {
    headline: 'Shopify does not let Lockstep read this customer',
    whatToDo:
      'Lockstep does not have access to the fields named here, so nothing is sent and nothing is cleared in Klaviyo. Contact support, so that access to these fields of protected customer data is requested from Shopify. Once it is granted, the customer is sent automatically.',
  },
  unreadable_record: {
    headline: 'The record in Shopify cannot be read',
    whatToDo:
      'A field of this customer has a value that Lockstep cannot read. Save the customer again in Shopify; if that does not help, contact support and name the field.',
  },
  conflicting_tags: {
    headline: 'Two tags contradict each other',
    whatToDo:
      'The customer has two tags for the field named here, so Lockstep does not know which one is true, and sends nothing. Remove one of the tags in Shopify. The customer is then sent automatically.',
  },
  shopify_stale: {
    headline: 'Shopify still shows an older version',
    whatToDo: 'Shopify reported a change but does not show it yet. Press Sync customers to read the customer again.',
  },
}
