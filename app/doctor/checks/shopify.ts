import type { ShopDomain } from '#app/core/ids.ts'
import type { AdminFailure } from '#app/shopify/admin-answer.ts'
import { readShopFacts } from '#app/shopify/shop-facts.ts'
import { hasTables, pickShops } from '#app/store/doctor-facts.ts'
import { type Check, type Finding, fault, ok, skipped, warning } from '../finding.ts'
import { readAppFile } from './app-file.ts'

/** Shops that are asked: what is wrong with the installation shows in each. */
const SHOPS = 3
/** Tokens are signed with a time, and refused when it is further off than this, in milliseconds. */
const CLOCK_OFF_MS = 30_000

/** What Shopify answers. `opened` rejects if the database, which has the tokens, cannot be reached. */
export function shopifyChecks(opened: Promise<unknown>): Check[] {
  const shops = opened.then(async () => ((await hasTables()) ? pickShops(SHOPS) : 'none yet')).catch(() => null)
  const check = (name: string, look: (shops: readonly ShopDomain[]) => Promise<Finding>): Check => ({
    name,
    isOnline: true,
    look: async () => {
      const some = await shops
      if (some === null) return skipped('The database, which has the tokens, was not reached.')
      if (some === 'none yet') return skipped('The database has no tables yet.')
      return some.length === 0 ? skipped('No shop has the app installed.') : look(some)
    },
  })
  return [check("Shopify's Admin API and scopes", lookAtAdminApi), check("Shopify's clock", lookAtClock)]
}

async function lookAtAdminApi(shops: readonly ShopDomain[]): Promise<Finding> {
  const answers = await Promise.all(shops.map((shop) => readShopFacts(shop)))
  const failures = answers.flatMap((answer) => (answer.kind === 'answered' ? [] : [answer.kind]))
  const ours = failures.map((kind) => operatorFaults[kind]).find((found) => found !== undefined)
  if (ours) return ours
  const granted = answers.flatMap((answer) => (answer.kind === 'answered' ? [answer.data.scopes.split(',')] : []))
  if (failures.length > 0 && failures.every((kind) => kind === 'unavailable'))
    return fault(
      'Shopify does not answer.',
      'See whether this machine reaches the internet: *.myshopify.com, port 443.',
    )
  if (granted.length === 0)
    return warning(
      `None of ${shops.length} shops could be asked: ${failures.join(', ')}.`,
      'Open the app in one of them, and run the doctor again.',
    )
  const answered = `It answers for ${granted.length} of ${shops.length} shops`
  const file = await readAppFile()
  if (!file) return ok(`${answered}. Without shopify.app.toml here, scopes were not compared.`)
  const wanted = file.access_scopes.scopes.split(',').map((scope) => scope.trim())
  const missing = wanted.filter((scope) => granted.some((has) => !has.includes(scope)))
  if (missing.length > 0)
    return warning(
      `A shop has not granted: ${missing.join(', ')}.`,
      'Merchants grant it when they next open the app; after a change of the file: app deploy.',
    )
  return ok(`${answered}, with all scopes.`)
}

/** What only the operator can mend; what else is refused is about one shop. */
const operatorFaults: Partial<Record<AdminFailure['kind'], Finding>> = {
  address_not_allowed: fault(
    "Shopify refuses this machine's address: 403.",
    "Add the address from which this machine reaches the internet to the app's IP allowlist: dev dashboard, app, Settings, IP allowlist.",
  ),
  forbidden: fault(
    'Shopify answers 403 and names no scope.',
    "As a rule this machine's address is not on the app's IP allowlist: dev dashboard, app, Settings, IP allowlist. Or a proxy in between refuses.",
  ),
  app_refused: fault(
    'Shopify does not accept the credentials of the app.',
    'Copy SHOPIFY_API_KEY and SHOPIFY_API_SECRET (or the private key) again from the dev dashboard.',
  ),
}

async function lookAtClock([shop]: readonly ShopDomain[]): Promise<Finding> {
  const asked = Date.now()
  const answer = await fetch(`https://${shop}/`, { method: 'HEAD', redirect: 'manual' }).catch(() => null)
  const date = Date.parse(answer?.headers.get('date') ?? '')
  if (Number.isNaN(date))
    return warning('Shopify gave no answer with a time.', 'See whether this machine reaches the internet.')
  const offMs = date - (asked + Date.now()) / 2
  const words = `This machine is ${Math.round(Math.abs(offMs) / 1_000)} seconds off it.`
  return Math.abs(offMs) > CLOCK_OFF_MS
    ? fault(words, 'Let this machine keep its time by NTP: tokens are refused otherwise.')
    : ok(words)
}
