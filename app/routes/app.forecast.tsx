import type { LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { forecastFullSync } from '#app/sync/report/forecast-full-sync.ts'

/** What a full sync would do now. It costs a query to Shopify, so pages request it separately, and seldom. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { forecast: await forecastFullSync(shopDomain.parse(session.shop)) }
}

export const headers = boundary.headers

/** The card is refreshed every few seconds; this is requested only when there is a reason to. */
export const shouldRevalidate = () => false
