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
    body: 'Nothing is sent and changes are kept. Paste a new key to go on: what was kept is then sent.',
  },
  shared: {
    title: 'Another shop sends to this Klaviyo account',
    body: 'A customer of both shops has one profile there. Each shop writes its own values into it, so that names, points and tiers are those of the shop that sent last, and both shops count the customer as synced. Connect each shop to a Klaviyo account of its own to keep them apart.',
  },
  connected: (accountName: string) => `Connected to ${accountName}`,
  seeSync: 'See how the sync is going',
  disconnected: 'Klaviyo disconnected',
} as const

const scopeWords: Readonly<Record<string, string>> = {
  'accounts:read': 'shows which account is connected',
  'profiles:read': 'checks what Klaviyo made of a profile',
  'profiles:write': 'creates and updates profiles',
  'lists:read': 'shows your lists to choose from; Klaviyo also asks for it to follow bulk imports',
  'lists:write': 'adds new profiles to the list you choose; Klaviyo also asks for it to start bulk imports',
  'events:write': 'records loyalty activity, while that is switched on',
  'data-privacy:write': 'erases a profile when Shopify says a customer must be erased',
}

/** What a scope is for; null for one without words. */
export function whatForScope(scope: string): string | null {
  return scopeWords[scope] ?? null
}

/** Why the key was not taken; null when it was. */
export function connectFault(outcome: ConnectOutcome, clockTime: (at: Date) => string): string | null {
  switch (outcome.kind) {
    case 'connected':
      return null
    case 'key_empty':
      return 'Paste a private API key from Klaviyo.'
    case 'key_malformed':
      return 'This is not a private API key. A private key begins with pk_ and is not the six-character public key.'
    case 'key_wrong':
      return 'Klaviyo does not know this key. Copy it again from Klaviyo, or create a new one.'
    case 'scopes_missing':
      return `This key lacks ${outcome.scopes.length === 1 ? 'the scope' : 'the scopes'} ${listed(outcome.scopes)}. Create a new key with all scopes listed here.`
    case 'klaviyo_unavailable':
      return 'Klaviyo does not answer just now. The key was not saved; try again in a minute.'
    case 'lockstep_outdated':
      return 'Klaviyo no longer takes what this version of Lockstep sends. The key was not saved. Lockstep itself must be updated: please contact support.'
    case 'throttled':
      return `Klaviyo asked us to wait. The key was not saved; try again at ${clockTime(outcome.againAt)}.`
  }
}

function listed(items: readonly string[]): string {
  return items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`
}

export const disconnectCopy = {
  title: 'Disconnect Klaviyo?',
  stops: 'Profiles in Klaviyo are no longer updated, and a sync under way ends.',
  forgets: 'Lockstep forgets the API key. It still knows which profiles were in sync.',
  keeps: 'Nothing is deleted in Klaviyo or Shopify. Connecting again starts a full sync.',
  confirm: 'Disconnect',
  cancel: 'Cancel',
} as const
