import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'

/** The path of each page. */
export const pages = {
  home: '/app',
  settings: '/app/settings',
  mapping: '/app/settings/mapping',
  audience: '/app/settings/audience',
  destination: '/app/settings/klaviyo',
  forecast: '/app/forecast',
  guide: '/app/guide',
  history: '/app/history',
  loyalty: '/app/settings/loyalty',
  alerts: '/app/settings/alerts',
  privacy: '/app/privacy',
  access: '/app/settings/access',
  customers: '/app/customers',
  activity: '/app/activity',
  dryRun: '/app/dry-run',
} as const

/** The pages that have a name, and not only answers for another page. */
const namedPages = [
  'home',
  'settings',
  'mapping',
  'audience',
  'destination',
  'loyalty',
  'alerts',
  'privacy',
  'access',
  'customers',
  'activity',
  'dryRun',
] as const satisfies readonly (keyof typeof pages)[]

/** Returns the name of the page at a path; null for a page without a name of its own, such as a run's. */
export function pageAt(path: string): (typeof namedPages)[number] | null {
  return namedPages.find((name) => pages[name] === path) ?? null
}

/** A list of customers; `place` says which of its pages, and in which order. */
export function customersPage(
  reason: UnsyncedReason,
  place: { run?: string | null; order?: 'newest' | 'oldest'; after?: string | null; before?: string | null } = {},
): string {
  const { run, order, after, before } = place
  const query = new URLSearchParams({
    reason,
    ...(run ? { run } : {}),
    ...(order && order !== 'newest' ? { order } : {}),
    ...(after ? { after } : before ? { before } : {}),
  })
  return `${pages.customers}?${query}`
}

/** The page of one customer. */
export function customerPage(customerId: string): string {
  return `${pages.customers}/${encodeURIComponent(customerId)}`
}

/** The page of customers for whom a run found an issue that is still open. */
export function runIssuesPage(run: string): string {
  return `${pages.customers}?${new URLSearchParams({ reason: 'run', run })}`
}

export function activityPage(after?: string | null): string {
  return after ? `${pages.activity}?${new URLSearchParams({ after })}` : pages.activity
}

export function runPage(run: string): string {
  return `/app/runs/${encodeURIComponent(run)}`
}

/** A profile's own page in Klaviyo. */
export function profileInKlaviyo(klaviyoId: string): string {
  return `https://www.klaviyo.com/profile/${encodeURIComponent(klaviyoId)}`
}

/** A customer's own page in the Shopify admin. */
export function customerInShopify(shop: string, customerId: string): string {
  return `${shopInAdmin(shop)}/customers/${customerId}`
}

/** A staff member's page in the Shopify admin. Lockstep knows only the number. */
export function staffInShopify(shop: string, staff: string): string {
  return `${shopInAdmin(shop)}/settings/account/${staff}`
}

/** A shop's own admin. */
export function shopInAdmin(shop: string): string {
  return `https://admin.shopify.com/store/${shop.replace(/\.myshopify\.com$/, '')}`
}
