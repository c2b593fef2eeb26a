import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { LONGEST_SEARCH } from '#app/core/report/customer-search.ts'
import type { SearchAnswer } from '#app/core/report/extension-answers.ts'
import { databaseNow } from '#app/store/clock.ts'
import { loadTimeZone } from '#app/sync/report/load-time-zone.ts'
import { searchForCustomers } from '#app/sync/report/search-customers.ts'
import { admitExtension } from './extension/admit-extension.ts'
import { listedAnswer } from './extension/customer-answer.ts'
import { parseForm } from './parse/parse-form.ts'

const MOST_FOUND = 5

const Asked = z.object({ text: z.string().trim().min(1).max(LONGEST_SEARCH) })

/** For the browser's question whether an extension may ask; there is nothing to load. */
export async function loader({ request }: LoaderFunctionArgs) {
  await admitExtension(request)
  throw new Response(null, { status: 405 })
}

/** Customers by a name, an address, a phone number or their number (`text`), and where they stand, for Sidekick. The answer holds no name and no address. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, language, t, answer, keepWithinLimit } = await admitExtension(request)
  await keepWithinLimit('extension_search')
  const { text } = await parseForm(request, Asked)
  const [result, timeZone] = await Promise.all([searchForCustomers(shop, text), loadTimeZone(shop)])
  const now = { nowMs: databaseNow().getTime(), timeZone, language, t }
  const found = 'customers' in result ? result.customers : []
  const customers = found.slice(0, MOST_FOUND).map((customer) => listedAnswer(customer, now))
  const kind = result.kind === 'unavailable' ? 'unavailable' : 'found'
  return answer({ kind, customers, more: found.length > MOST_FOUND } satisfies SearchAnswer)
}

export const headers = boundary.headers
