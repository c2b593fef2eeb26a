import type { LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { shopDomain } from '#app/core/ids.ts'
import { markedSteps } from '#app/core/report/setup-guide.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadGuidePart } from '#app/sync/guide/load-guide-part.ts'

/** What an opened step of the setup guide shows: the step is in the address, otherwise it is the first. It asks Shopify and Klaviyo, so pages request it separately. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const asked = new URL(request.url).searchParams.get('step')
  const step = markedSteps.find((each) => each === asked) ?? markedSteps[0]
  return loadGuidePart(shopDomain.parse(session.shop), step, { clock: databaseNow, signal: request.signal })
}

export const headers = boundary.headers

/** The card is refreshed every few seconds; this is requested only when there is a reason to. */
export const shouldRevalidate = () => false
