/** Property names that other apps write to Klaviyo profiles by themselves. Two writers of one property overwrite each other again and again. */
const foreignNames: readonly { readonly app: string; readonly names: readonly string[]; readonly prefix?: string }[] = [
  // https://help.klaviyo.com/hc/en-us/articles/4403918713499
  {
    app: 'Yotpo Loyalty',
    prefix: 'swell_',
    names: ['loyalty_next_points_expire_on', 'loyalty_next_points_expire_amount'],
  },
  // https://stampedsupport.stamped.io/hc/en-us/articles/10126289524635
  { app: 'Stamped', prefix: 'stamped_', names: [] },
  // https://help.rivo.io/en/articles/6674872
  {
    app: 'Rivo',
    names: [
      'Loyalty Status',
      'Points Balance',
      'Referral URL',
      'VIP Tier Name',
      'Date of Birth',
      'Credits Balance',
      'Orders Count',
    ],
  },
  // https://help.smile.io
  { app: 'Smile', names: ['Points Balance', 'Referral URL', 'VIP Tier Name', 'VIP Tier ID', 'State'] },
]

/** Returns the apps that write a property of this name by themselves; empty if none is known to. */
export function writersOf(name: string): string[] {
  return foreignNames
    .filter(({ names, prefix }) => names.includes(name) || (prefix !== undefined && name.startsWith(prefix)))
    .map(({ app }) => app)
}
