import type { ValueSource } from '../profile/mapped-values.ts'

interface KnownSource {
  readonly app: string
  /** An app's own namespace is shown to others as `app--<number>--<namespace>`. */
  readonly namespace?: RegExp
  readonly key?: RegExp
  readonly prefix?: string
}

/** Where loyalty apps keep their values, by what their makers document or shops show. */
const sources: readonly KnownSource[] = [
  { app: 'Rivo', namespace: /(^|[^a-z])rivo([^a-z]|$)/i },
  { app: 'Rivo', namespace: /^custom$/, key: /^rivo$/ },
  { app: 'Rivo', prefix: 'Rivo Membership Tier: ' },
  { app: 'Smile', namespace: /^smile$/ },
  { app: 'Joy', namespace: /^avada_joy$/ },
  { app: 'Appstle', namespace: /^appstle_loyalty$/ },
  { app: 'Okendo', namespace: /okendo/i },
  { app: 'LoyaltyLion', namespace: /^loyaltylion$/ },
  { app: 'Growave', namespace: /^growave$/ },
  // Themes and other apps use this namespace, too.
  { app: 'easyPoints', namespace: /^loyalty$/, key: /^(balance|tier_uid)$/ },
  { app: 'Inveterate', namespace: /^inveterate$/ },
  { app: 'Inveterate', prefix: 'inveterate-tier#' },
  { app: 'Mage', namespace: /^mage$/ },
  { app: 'memberr', namespace: /^memberr/ },
]

/** Returns the name of the loyalty app that writes this; null if none is known to. */
export function sourceAppOf(source: ValueSource): string | null {
  return sources.find((known) => isOf(known, source))?.app ?? null
}

function isOf({ namespace, key, prefix }: KnownSource, source: ValueSource): boolean {
  if (source.kind === 'tag') return source.prefix === prefix
  if (source.kind !== 'metafield' || !namespace) return false
  const own = source.namespace.replace(/^app--\d+--/, '')
  return namespace.test(own) && (!key || key.test(source.key))
}
