import type { ShopifyHindrance } from '#app/core/flow/shopify-trouble.ts'

/** Why Shopify refuses requests or withholds data: the banner's title, and what has to be done by whom. */
export const shopifyTroubleCopy: Record<
  ShopifyHindrance,
  { readonly title: string; readonly whatToDo: string; readonly stalled: string }
> = {
  unauthorized: {
    title: 'Shopify does not accept Lockstep’s access to this store',
    whatToDo: 'Opening this page renews the access. If this message stays, reinstall the app.',
    stalled: 'Shopify does not accept Lockstep’s access to this store. Opening the app renews it.',
  },
  payment_due: {
    title: 'Shopify has frozen this store',
    whatToDo: 'The store owner needs to pay the outstanding bill in Shopify. The sync then continues automatically.',
    stalled: 'Shopify has frozen this store until its bill is paid.',
  },
  forbidden: {
    title: 'Shopify refuses Lockstep access to this store',
    whatToDo:
      'Shopify does not say why. Contact support, so that Shopify can be asked. The sync continues once access is restored.',
    stalled: 'Shopify refuses Lockstep access to this store.',
  },
  address_not_allowed: {
    title: 'Shopify does not accept the address that Lockstep calls from',
    whatToDo:
      'You cannot change this yourself. Contact support: the server’s address has to be added to the app’s IP allowlist in Shopify. The sync then continues automatically.',
    stalled: 'the address of Lockstep’s server is not on the app’s IP allowlist in Shopify. Contact support.',
  },
  shop_not_found: {
    title: 'Shopify says that this store does not exist',
    whatToDo: 'If the store was closed or moved, uninstall the app. If not, contact support.',
    stalled: 'Shopify says that this store does not exist.',
  },
  shop_locked: {
    title: 'Shopify has locked this store',
    whatToDo: 'Contact Shopify’s support to have it unlocked. The sync then continues automatically.',
    stalled: 'Shopify has locked this store.',
  },
  access_denied: {
    title: 'Lockstep does not have permission to read customers in this store',
    whatToDo:
      'The permission to read customers is missing. Open the app again and accept the permissions it asks for; if it asks for nothing, contact support.',
    stalled: 'the permission to read customers is missing.',
  },
  fields_withheld: {
    title: 'Shopify withholds some of your customers’ data from Lockstep',
    whatToDo:
      'Nothing is sent for these customers, and nothing is cleared in Klaviyo. Contact support, so that access to these fields of protected customer data is requested from Shopify. The sync then continues automatically.',
    stalled: 'Shopify withholds some of your customers’ data.',
  },
}

/** The fields that Shopify named, as it names them. */
export function refusedFields(words: string): string {
  return `Fields: ${words}.`
}
