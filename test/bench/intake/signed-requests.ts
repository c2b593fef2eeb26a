import { createHmac, randomUUID } from 'node:crypto'

const HOT_SHOP = 'hot.myshopify.com'
const OTHER_SHOPS = Array.from({ length: 20 }, (_, i) => `shop-${i + 1}.myshopify.com`)
export const ALL_SHOPS = [HOT_SHOP, ...OTHER_SHOPS]

const CUSTOMERS = 20_000
const REQUESTS = 40_000
const FIRST_ID = 7_000_000_000_001

/** `cut` holds what our toml's include_fields leave of a body; `full` is the 1.2 kB that an app gets that does not ask for less. */
export type BodyKind = 'cut' | 'full'

/** Signed customers/update deliveries as they travel: half of them the hot shop's, the rest over the other shops. */
export function signedRequests(kind: BodyKind, secret: string): Buffer[] {
  const draw = evenDraw()
  return Array.from({ length: REQUESTS }, (_, i) => {
    const hot = i % 2 === 0
    const shop = hot ? HOT_SHOP : OTHER_SHOPS[Math.floor(draw() * OTHER_SHOPS.length)]!
    const customers = CUSTOMERS / 2 / (hot ? 1 : OTHER_SHOPS.length)
    return signedRequest(shop, body(kind, FIRST_ID + Math.floor(draw() * customers), i), secret)
  })
}

function body(kind: BodyKind, id: number, i: number): string {
  const updated_at = new Date(Date.UTC(2026, 10, 21) + i * 250).toISOString().replace('.000Z', 'Z')
  const cut = { id, admin_graphql_api_id: `gid://shopify/Customer/${id}`, updated_at }
  return JSON.stringify(kind === 'cut' ? cut : { ...cut, ...wholeCustomer(id, updated_at) })
}

// The fields of https://shopify.dev/docs/api/webhooks?reference=toml#list-of-topics-customers/update
function wholeCustomer(id: number, updated_at: string): object {
  const address = {
    first_name: 'Ada',
    last_name: 'Lovelace',
    company: null,
    address1: '12 St James’s Square',
    address2: 'Flat 3',
    city: 'London',
    province: 'England',
    country: 'United Kingdom',
    zip: 'SW1Y 4JH',
    phone: '+442071234567',
    name: 'Ada Lovelace',
    province_code: 'ENG',
    country_code: 'GB',
    country_name: 'United Kingdom',
  }
  return {
    created_at: '2025-03-02T10:11:12+00:00',
    first_name: 'Ada',
    last_name: 'Lovelace',
    state: 'enabled',
    note: 'Prefers to be called in the morning',
    verified_email: true,
    multipass_identifier: null,
    tax_exempt: false,
    email: `ada.lovelace.${id}@example.com`,
    phone: '+442071234567',
    currency: 'GBP',
    addresses: [{ id: id + 1, customer_id: id, ...address, default: true }],
    tax_exemptions: [],
    default_address: { id: id + 1, customer_id: id, ...address, default: true },
    updated_at,
  }
}

function signedRequest(shop: string, text: string, secret: string): Buffer {
  const hmac = createHmac('sha256', secret).update(text).digest('base64')
  const head = [
    'POST /webhooks/customers HTTP/1.1',
    'Host: lockstep.bench',
    'User-Agent: Shopify-Captain-Hook',
    'Accept: */*',
    'Accept-Encoding: gzip;q=1.0,deflate;q=0.6,identity;q=0.3',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(text)}`,
    'X-Shopify-Topic: customers/update',
    `X-Shopify-Hmac-Sha256: ${hmac}`,
    `X-Shopify-Shop-Domain: ${shop}`,
    'X-Shopify-API-Version: 2026-10',
    `X-Shopify-Webhook-Id: ${randomUUID()}`,
    `X-Shopify-Event-Id: ${randomUUID()}`,
    'X-Shopify-Triggered-At: 2026-11-21T12:00:00.000000000Z',
  ]
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${text}`)
}

/** The same draw every time: from 0 up to 1. */
function evenDraw(): () => number {
  let state = 1
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
