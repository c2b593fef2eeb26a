const appName = 'Lockstep'

/** The names of the pages, in the admin's menu and in their headings. */
export const pageNames = {
  home: 'Klaviyo sync',
  customers: 'Customers',
  activity: 'Activity',
  settings: 'Settings',
  mapping: 'Field mapping',
  audience: 'Audience',
  destination: 'Klaviyo destination',
  loyalty: 'Loyalty activity',
  privacy: 'Data requests',
} as const

/** The title of the browser's tab. */
export function pageTitle(page: keyof typeof pageNames): string {
  return `${pageNames[page]} · ${appName}`
}
