import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node'
import { boundary } from '@shopify/shopify-app-remix/server'
import { z } from 'zod'
import { customerGid } from '#app/core/ids.ts'
import type { SyncAnswer } from '#app/core/report/extension-answers.ts'
import { databaseNow } from '#app/store/clock.ts'
import { syncNow } from '#app/sync/intake/sync-now.ts'
import { admitExtension } from './extension/admit-extension.ts'
import { parseForm } from './parse/parse-form.ts'

/** An extension sends a larger selection in several requests, so that none holds locks for long. */
const MOST_AT_ONCE = 500

const Selected = z.object({
  ids: z
    .string()
    .min(1)
    .max(MOST_AT_ONCE * 50)
    .transform((text) => [...new Set(text.split(','))])
    .pipe(z.array(customerGid).max(MOST_AT_ONCE)),
  /** How many customers of the same selection earlier requests have carried. */
  before: z.coerce.number().int().min(0).max(1_000_000).default(0),
})

/** For the browser's question whether an extension may ask; there is nothing to load. */
export async function loader({ request }: LoaderFunctionArgs) {
  await admitExtension(request)
  throw new Response(null, { status: 405 })
}

/** Has these customers (`ids`, global, separated by commas) read and sent now. */
export async function action({ request }: ActionFunctionArgs) {
  const { shop, t, answer, keepWithinLimit } = await admitExtension(request)
  await keepWithinLimit('extension_sync')
  const { ids, before } = await parseForm(request, Selected)
  const { kind } = await syncNow(shop, ids, databaseNow())
  const customers = before + ids.length
  return answer({ customers, message: t(`customers.asked.${kind}`, { customers }) } satisfies SyncAnswer)
}

export const headers = boundary.headers
