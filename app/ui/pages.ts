import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'

/** Where each page is. */
export const pages = {
  home: '/app',
  settings: '/app/settings',
  privacy: '/app/privacy',
  customers: '/app/customers',
} as const

export function customersPage(reason: UnsyncedReason, after?: string | null): string {
  const query = new URLSearchParams({ reason, ...(after ? { after } : {}) })
  return `${pages.customers}?${query}`
}

/** A customer's own page in the Shopify admin. */
export function customerInShopify(shop: string, customerId: string): string {
  return `https://admin.shopify.com/store/${shop.replace(/\.myshopify\.com$/, '')}/customers/${customerId}`
}
