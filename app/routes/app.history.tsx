import type { LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { shopDomain } from '#app/core/ids.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadHistory } from '#app/sync/report/load-history.ts'

/** The numbers of the chart, which the home page requests once it is seen. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  return { history: await loadHistory(shopDomain.parse(session.shop), databaseNow()) }
}

export const headers = boundary.headers

/** The card is refreshed every few seconds; this once a minute. */
export const shouldRevalidate = () => false
