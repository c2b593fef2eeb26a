import type { ActionFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { shopDomain } from '#app/core/ids.ts'
import { unsyncedReasons } from '#app/core/report/unsynced-customers.ts'
import { authenticate } from '#app/shopify.server.ts'
import { databaseNow } from '#app/store/clock.ts'
import { exportChosen, exportPart } from '#app/sync/report/export-customers.ts'
import { customerNumbers } from './customers/customer-numbers.ts'
import { keepWithinLimit } from './limits/keep-within-limit.ts'
import { parseForm } from './parse/parse-form.ts'

const Asked = z.union([
  z.object({ ids: customerNumbers }),
  z.object({
    reason: z.enum(unsyncedReasons),
    run: z.uuid().nullable().default(null),
    after: z.string().min(1).max(200).nullable().default(null),
    names: z.enum(['yes', 'no']).transform((names) => names === 'yes'),
  }),
])

/** The next part of a list, or the chosen customers. The browser puts the parts together (app/decisions/049-customers-in-sight.md). */
export async function action({ request }: ActionFunctionArgs) {
  const { session } = await authenticate.admin(request)
  const shop = shopDomain.parse(session.shop)
  const asked = await parseForm(request, Asked)
  await keepWithinLimit(shop, 'export')
  if ('ids' in asked) return Response.json(await exportChosen(shop, asked.ids))
  const { names: withNames, ...list } = asked
  return Response.json(await exportPart(shop, { ...list, withNames }, databaseNow()))
}

export const headers = boundary.headers
