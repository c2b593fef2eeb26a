export const appName = 'Lockstep'

/** The pages, as the admin's menu and their own headings name them. */
export const pageNames = {
  home: 'Klaviyo sync',
  customers: 'Customers',
  activity: 'Activity',
  settings: 'Settings',
  mapping: 'What is sent',
  who: 'Who is synced',
  delivery: 'In Klaviyo',
  loyalty: 'Loyalty activity',
  privacy: 'Data requests',
} as const

/** What the browser's tab says. */
export function pageTitle(page: keyof typeof pageNames): string {
  return `${pageNames[page]} · ${appName}`
}
