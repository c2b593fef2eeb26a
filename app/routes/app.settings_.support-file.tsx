import type { ActionFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { config } from '#app/config.server.ts'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadSupportBundle } from '#app/sync/support/load-support-bundle.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'

const USUAL_KLAVIYO = 'https://a.klaviyo.com'

/** The file for support, which the settings save: docs/support-bundle.md. */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  await keepWithinLimit(shop, 'support_file')
  const operator = {
    klaviyo: config.klaviyoBaseUrl.origin === USUAL_KLAVIYO ? 'usual' : 'other',
    database: config.databaseUrl === null ? 'embedded' : 'own',
    workerShops: config.workerShops,
    supportAddress: config.supportUrl !== null,
  } as const
  const bundle = await loadSupportBundle(shop, operator, databaseNow())
  if (bundle === null) throw new Response(null, { status: 404 })
  return new Response(JSON.stringify(bundle, null, 2), {
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
  })
}

export const headers = boundary.headers
