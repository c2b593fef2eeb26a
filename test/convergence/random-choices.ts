import { defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import type { MappedValue } from '#app/core/profile/mapped-values.ts'
import { plainSharing } from '#app/core/profile/sharing.ts'
import { type Audience, defaultAudience } from '#app/core/settings/audience.ts'
import type { Destination, KlaviyoList } from '#app/core/settings/destination.ts'
import { pick, type Random } from '#test/sandbox/shopify/random.ts'
import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'

/** The merchant leaves out customers by some rules, or none. */
export function randomAudience(shop: Shop, random: Random): Audience {
  const sometimes = <Item>(items: readonly Item[]) => (random() < 0.3 ? [pick(random, items)] : [])
  const named = ({ id, name }: { id: string; name: string }) => ({ id, name })
  const audience: Audience = {
    tags: {
      anyOf: sometimes(['vip', 'NEWSLETTER', '★ loyal']),
      noneOf: sometimes(['wholesale', 'O’Brien’s "friends"']),
    },
    accountStates: random() < 0.2 ? ['ENABLED', 'INVITED'] : [],
    consent: pick(random, ['everyone', 'everyone', 'subscribed', 'not_unsubscribed']),
    countries: random() < 0.2 ? ['DE', 'US', 'GB'] : [],
    segments: sometimes(shop.segments.all().map(named)),
    companies: {
      who: pick(random, ['everyone', 'everyone', 'only_contacts', 'no_contacts']),
      companies: sometimes(shop.companies.all().map(named)),
      roles: sometimes(['Location admin', 'Ordering only']),
    },
    leaving: pick(random, ['keep', 'off_list']),
  }
  return random() < 0.3 ? defaultAudience : audience
}

/** The merchant chooses a list or none, leaves profiles that exist alone or not, and sets a limit or none. */
export function randomDestination(offered: readonly KlaviyoList[], random: Random): Destination {
  const lists = offered.map(({ id, name }) => ({ id, name }))
  return {
    list: random() < 0.6 ? pick(random, lists) : null,
    existing: pick(random, ['update', 'leave']),
    mostNew: random() < 0.3 ? 1 + Math.floor(random() * 40) : null,
    sharing: plainSharing,
  }
}

/**
 * The merchant sends the values that were found of a loyalty app and the times of their changes, or does not, under one name or another, and
 * the fixed fields or not.
 */
export function randomMapping(found: readonly MappedValue[] | undefined, random: Random): Mapping {
  const rows = found ?? defaultMapping.values
  const mapping: Mapping & { values: MappedValue[] } = {
    attributes: { phone_number: random() < 0.7, locale: random() < 0.7, location: random() < 0.7, external_id: false },
    standard: {
      ...defaultMapping.standard,
      tags: { on: random() < 0.7, name: pick(random, ['shopify_tags', 'Tags']) },
    },
    values: rows.map((row, i) => {
      const names = row.meaning === 'points' ? [row.name, 'loyalty points', '😀'] : [row.name, `loyalty_${i}`]
      return { ...row, name: pick(random, names), on: random() < 0.8 }
    }),
    computed: {
      tierSince: { on: random() < 0.6, name: pick(random, ['Loyalty Tier Since', 'tier since']) },
      lastChanged: { on: random() < 0.6, name: 'Loyalty Last Changed At' },
    },
    insisted: [],
    clears: true, // the law's check cannot tell values that are kept on purpose from forgotten ones
  }
  if (random() < 0.5) mapping.values.reverse()
  return mapping
}

export function someOf(ids: readonly string[], random: Random): string[] {
  return ids.filter(() => random() < 0.5)
}
