import type { ShopifyHindrance } from '#app/core/flow/shopify-trouble.ts'

/** What stands in the way at Shopify: the banner's title, and what has to be done by whom. */
export const shopifyTroubleCopy: Record<
  ShopifyHindrance,
  { readonly title: string; readonly whatToDo: string; readonly stalled: string }
> = {
  unauthorized: {
    title: 'Shopify does not accept Lockstep’s access to this store',
    whatToDo: 'Opening this page brings a new access. If this message stays, uninstall the app and install it again.',
    stalled: 'Shopify does not accept Lockstep’s access to this store. Opening the app brings a new one.',
  },
  payment_due: {
    title: 'Shopify has frozen this store',
    whatToDo: 'The store owner has to settle the open bill in Shopify. The sync then goes on by itself.',
    stalled: 'Shopify has frozen this store until its bill is paid.',
  },
  forbidden: {
    title: 'Shopify refuses Lockstep access to this store',
    whatToDo:
      'Shopify does not say why. Contact support: whoever runs Lockstep can ask Shopify. The sync then goes on by itself.',
    stalled: 'Shopify refuses Lockstep access to this store.',
  },
  address_not_allowed: {
    title: 'Shopify does not accept the address that Lockstep calls from',
    whatToDo:
      'You can do nothing about it: whoever runs Lockstep must add the address of the server to the app’s IP allowlist in Shopify. The sync then goes on by itself.',
    stalled: 'the address of Lockstep’s server is not on the app’s IP allowlist in Shopify. Ask whoever runs Lockstep.',
  },
  shop_not_found: {
    title: 'Shopify says that this store does not exist',
    whatToDo: 'If the store was closed or moved, uninstall the app. If not, contact support.',
    stalled: 'Shopify says that this store does not exist.',
  },
  shop_locked: {
    title: 'Shopify has locked this store',
    whatToDo: 'Contact Shopify’s support to have it unlocked. The sync then goes on by itself.',
    stalled: 'Shopify has locked this store.',
  },
  access_denied: {
    title: 'Lockstep may not read customers in this store',
    whatToDo:
      'The permission to read customers is missing. Open the app again and accept the permissions it asks for; if nothing is asked, contact support.',
    stalled: 'the permission to read customers is missing.',
  },
  fields_withheld: {
    title: 'Shopify withholds some of your customers’ data from Lockstep',
    whatToDo:
      'Nothing is sent of these customers, and nothing is cleared in Klaviyo. Whoever runs Lockstep must ask Shopify for access to these fields of protected customer data. The sync then goes on by itself.',
    stalled: 'Shopify withholds some of your customers’ data.',
  },
}

/** The fields that Shopify named, as it names them. */
export function refusedFields(words: string): string {
  return `Fields: ${words}.`
}
