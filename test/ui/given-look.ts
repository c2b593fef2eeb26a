import type { MappedValue, ValueSource } from '#app/core/profile/mapped-values.ts'
import type { FoundApp, LoyaltyLook, SeenField } from '#app/core/report/loyalty-look.ts'

type Looked = Extract<LoyaltyLook, { kind: 'looked' }>

/** What a shop without a loyalty app shows, except for what differs. */
export function givenLook(differs: Partial<Looked> = {}): Looked {
  return { kind: 'looked', apps: [], fields: [], tagPrefixes: [], ...differs }
}

export const smileTier: MappedValue = {
  on: true,
  name: 'Loyalty Tier',
  source: {
    kind: 'metafield',
    namespace: 'smile',
    key: 'vip_tier_name',
    type: 'single_line_text_field',
    path: [],
  },
  reading: { as: 'text', names: [], nothing: ['-'], blank: 'unknown' },
  meaning: 'tier',
}

/** Smile, with its tier and three customers, except for what differs. */
export function givenSmile(differs: Partial<FoundApp> = {}): FoundApp {
  return {
    id: 'smile',
    name: 'Smile',
    rows: [smileTier],
    samples: [
      { customer: 'Ada Lovelace', values: ['Gold'] },
      { customer: 'Ben Bell', values: ['Silver'] },
      { customer: 'Cy Twombly', values: [null] },
    ],
    unreadable: [],
    isMapped: false,
    ...differs,
  }
}

export function seenField(differs: Partial<SeenField> = {}): SeenField {
  return {
    namespace: 'perks',
    key: 'member',
    type: 'json',
    name: null,
    readable: true,
    customers: 3,
    values: ['{"points":120,"tiers":[{"name":"Gold"}],"since":null,"labels":["a","b"]}'],
    ...differs,
  }
}

export function partOf(...path: readonly (string | number)[]): ValueSource {
  return { kind: 'metafield', namespace: 'perks', key: 'member', type: 'json', path }
}
