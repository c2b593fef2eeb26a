/** What the shop says of itself. */
export interface ShopFacts {
  /** Decimal text. */
  readonly id: string
  readonly domain: string
  readonly name: string
  readonly timeZone: string
  readonly currency: string
  readonly contactEmail: string
  readonly plan: {
    readonly publicDisplayName: string
    readonly shopifyPlus: boolean
    readonly partnerDevelopment: boolean
  }
  /** Only some shops sell to companies; the others are refused the company fields. */
  readonly b2b: boolean
}

export interface ShopSettings {
  readonly domain: string
  readonly name?: string
  readonly timeZone?: string
  readonly currency?: string
  /** Points a second that come back: 100 on the standard plan, 200, 1,000 or 2,000 on the larger ones. */
  readonly restoreRate?: number
  readonly scopes?: readonly string[]
  readonly b2b?: boolean
}

export function shopFactsOf(settings: ShopSettings, number: number): ShopFacts {
  const handle = settings.domain.split('.')[0]!
  const shopifyPlus = (settings.restoreRate ?? 100) >= 1000
  return {
    id: String(60_000_000_000 + number),
    domain: settings.domain,
    name: settings.name ?? handle,
    timeZone: settings.timeZone ?? 'Europe/Berlin',
    currency: settings.currency ?? 'EUR',
    contactEmail: `hello@${handle}.example`,
    plan: { publicDisplayName: shopifyPlus ? 'Shopify Plus' : 'Basic', shopifyPlus, partnerDevelopment: false },
    b2b: settings.b2b ?? false,
  }
}
