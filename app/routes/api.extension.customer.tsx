import type { LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { customerGid, customerNumber } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadCustomer } from '#app/sync/report/load-customer.ts'
import { loadTimeZone } from '#app/sync/report/load-time-zone.ts'
import { admitExtension } from './extension/admit-extension.ts'
import { customerAnswer } from './extension/customer-answer.ts'

const customerId = z.union([customerGid, customerNumber])

/** Where one customer (`id`, global or a number) stands, for the extensions on its page in the Shopify admin. */
export async function loader({ request }: LoaderFunctionArgs) {
  const { shop, language, t, answer, keepWithinLimit } = await admitExtension(request)
  await keepWithinLimit('extension_customer')
  const id = customerId.safeParse(new URL(request.url).searchParams.get('id'))
  if (!id.success) throw new Response(null, { status: 400 })
  const [view, timeZone] = await Promise.all([loadCustomer(shop, id.data), loadTimeZone(shop)])
  return answer(customerAnswer(view, { nowMs: databaseNow().getTime(), timeZone, language, t }))
}

export const headers = boundary.headers
