import { amountOf, count } from './amounts.ts'

/** Waiting changes are counted up to this number. */
const PENDING_COUNTED_TO = 10_000

export const cardCopy = {
  title: 'Integration Sync',
  synced: (lastDay: number, total: number) =>
    `We've synced ${amountOf(lastDay, 'profile')} in the last day (${count(total)} total)`,
  account: (name: string) => `Klaviyo account: ${name}`,
  customers: 'Customers',
  allCustomers: 'All customers',
  customersSoFar: 'Customers read so far',
  inSync: 'In sync',
  waiting: 'Waiting to be sent',
  omitted: 'In sync, of these missing a field',
  noEmail: 'Customers with no email',
  invalidEmail: 'Customers with invalid email',
  otherIssues: 'Customers with other issues',
  futureOnly: 'Left as is (future changes only)',
  alreadyInKlaviyo: 'Already in Klaviyo, left alone',
  waitingAtLimit: 'Waiting for the next full sync (your limit)',
  lastFullSync: 'Last full sync started at',
  lastProfile: 'Last individual profile synced at',
  activity: 'Activity',
  seeActivity: 'See recent activity',
  showCustomers: (amount: number, label: string) => `${label}: ${count(amount)}. Show them`,
  promise: 'This sync never subscribes or unsubscribes customers.',
  notRefreshed: 'These figures couldn’t be refreshed. Trying again.',
} as const

export function pendingCount(pending: number): string {
  return pending >= PENDING_COUNTED_TO ? `${count(PENDING_COUNTED_TO)}+` : count(pending)
}

/** `14 changes`, `More than 10,000 changes`. */
export function changes(pending: number): string {
  if (pending >= PENDING_COUNTED_TO) return `More than ${count(PENDING_COUNTED_TO)} changes`
  return amountOf(pending, 'change')
}

/** The same in the middle of a sentence. */
export function changesWithin(pending: number): string {
  return pending >= PENDING_COUNTED_TO ? `more than ${count(PENDING_COUNTED_TO)} changes` : amountOf(pending, 'change')
}

export const refusedBannerCopy = {
  title: 'Klaviyo no longer accepts your API key',
  body: (since: string, pending: number) => {
    const kept =
      pending === 0
        ? 'Changes made from now on are kept and sent once you reconnect.'
        : `${changes(pending)} ${pending === 1 ? 'is' : 'are'} kept and sent once you reconnect.`
    return `Nothing has been sent since ${since}. ${kept} Paste a new key in Settings to continue.`
  },
  action: 'Reconnect in Settings',
} as const

export const notConnectedCopy = {
  heading: 'Connect Klaviyo to keep its profiles in sync',
  lead: 'When you connect, Lockstep will:',
  steps: [
    'read all your customers from Shopify once, with their loyalty points and tiers;',
    'create or update the Klaviyo profile of each customer who has a valid email;',
    'then send every change automatically, and show the sync status here.',
  ],
  action: 'Connect in Settings',
} as const
