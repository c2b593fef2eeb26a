import type { ConnectOutcome } from '#app/core/report/connect-outcome.ts'

export const connectionCopy = {
  title: 'Klaviyo',
  description: 'Lockstep sends your customers, with their loyalty points and tiers, to one Klaviyo account.',
  keyLabel: 'Private API key',
  keyPlaceholder: 'pk_…',
  whereToFind: 'In Klaviyo, open Settings, then API keys, and create a private key.',
  openKlaviyo: 'Open API keys in Klaviyo',
  scopes: 'The key needs these scopes:',
  sealed: 'The key is stored encrypted and is never shown again. Connecting starts a full sync of all customers.',
  connect: 'Connect',
  replace: 'Replace key',
  cancel: 'Cancel',
  disconnect: 'Disconnect',
  status: { connected: 'Connected', refused: 'Key refused', none: 'Not connected' },
  account: 'Account',
  since: 'Connected since',
  refusedSince: 'Refused since',
  refused: {
    title: 'Klaviyo no longer accepts this key',
    body: 'Nothing is sent and changes are kept. Paste a new key to continue. The changes are then sent.',
  },
  shared: {
    title: 'Another shop syncs to this Klaviyo account',
    body: 'A customer of both shops has one profile there, and both shops count the customer as synced. What this shop writes to it is chosen under Klaviyo destination.',
  },
  connected: (accountName: string) => `Connected to ${accountName}`,
  seeSync: 'View sync status',
  disconnected: 'Klaviyo disconnected',
} as const

const scopeWords: Readonly<Record<string, string>> = {
  'accounts:read': 'shows which account is connected',
  'profiles:read': 'reads profiles to check how Klaviyo stored them',
  'profiles:write': 'creates and updates profiles',
  'lists:read': 'shows your lists to choose from; Klaviyo also asks for it to follow bulk imports',
  'lists:write': 'adds new profiles to the list you choose; Klaviyo also asks for it to start bulk imports',
  'events:write': 'records loyalty activity, while that is turned on',
  'data-privacy:write': 'deletes a profile when Shopify requests that a customer is erased',
}

/** What a scope is for; null for one without words. */
export function whatForScope(scope: string): string | null {
  return scopeWords[scope] ?? null
}

/** Why the key was refused; null if it was accepted. */
export function connectFault(outcome: ConnectOutcome, clockTime: (at: Date) => string): string | null {
  switch (outcome.kind) {
    case 'connected':
    case 'account_shared':
      return null
    case 'prefix_taken':
      return 'Another shop in this Klaviyo account uses this prefix. Choose another one.'
    case 'key_empty':
      return 'Paste a private API key from Klaviyo.'
    case 'key_malformed':
      return 'This is not a private API key. A private key begins with pk_ and is not the six-character public key.'
    case 'key_wrong':
      return 'Klaviyo does not know this key. Copy it again from Klaviyo, or create a new one.'
    case 'scopes_missing':
      return `This key lacks ${outcome.scopes.length === 1 ? 'the scope' : 'the scopes'} ${listed(outcome.scopes)}. Create a new key with all scopes listed here.`
    case 'klaviyo_unavailable':
      return 'Klaviyo isn’t responding right now. The key was not saved; try again in a minute.'
    case 'lockstep_outdated':
      return 'Klaviyo no longer accepts what this version of Lockstep sends. The key was not saved. Lockstep needs an update. Contact support.'
    case 'throttled':
      return `Klaviyo asked us to wait. The key was not saved; try again at ${clockTime(outcome.againAt)}.`
  }
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

export const disconnectCopy = {
  title: 'Disconnect Klaviyo?',
  stops: 'Profiles in Klaviyo are no longer updated, and a sync in progress ends.',
  forgets: 'Lockstep deletes the API key. It remembers which profiles were in sync.',
  keeps: 'Nothing is deleted in Klaviyo or Shopify. Connecting again starts a full sync.',
  confirm: 'Disconnect',
  cancel: 'Cancel',
} as const
