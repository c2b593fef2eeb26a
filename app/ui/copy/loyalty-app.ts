/** The section of the field mapping page about the loyalty app that was found. */
export const loyaltyAppCopy = {
  title: 'Your loyalty app',
  looksLike: (app: string) => `Looks like ${app}`,
  inUse: 'In use',
  property: 'Klaviyo property',
  from: (source: string) => `from ${source}`,
  noValue: 'No value',
  unnamed: 'A customer',
  noSamples: 'None of the customers that changed last has these fields yet.',
  take: 'Use these fields',
  takeOf: (app: string) => `Use these fields of ${app}`,
  saves: (isSent: boolean) => (isSent ? 'Saved at once, and sent to Klaviyo for all customers.' : 'Saved at once.'),
  joins: 'Added to your unsaved changes, to be saved with them.',
  added: 'Added to your unsaved changes.',
  /** `fields`: `smile.points and smile.vip_tier`. */
  unreadable: (app: string, fields: readonly string[]) =>
    `${app} doesn’t let other apps read ${listed(fields)}. Ask ${app} to let other apps read ${fields.length === 1 ? 'this field' : 'these fields'}, or map a tag instead.`,
  none: 'No loyalty app that Lockstep knows was found in this shop. If you use one, add its values by hand below: a metafield, a value inside JSON, a tag or store credit.',
  known: 'Lockstep doesn’t know by name which app keeps this shop’s loyalty values. Those mapped below are sent.',
  unavailable:
    'Shopify isn’t responding, so Lockstep can’t tell which loyalty app you use. Wait a minute, then look again.',
  again: 'Look again',
} as const

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`
}
