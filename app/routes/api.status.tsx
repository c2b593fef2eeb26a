import type { LoaderFunctionArgs } from '@remix-run/node'
import { databaseNow } from '#app/store/clock.ts'
import { loadStatus } from '#app/sync/report/load-status.ts'
import { answerJson, asBearer, refuseMethod } from './agents/bearer-door.ts'

/** The state of a shop's sync for an agency's program, with a token that the merchant made: docs/status-api.md. */
export function loader({ request }: LoaderFunctionArgs): Promise<Response> {
  return asBearer(request, async (shop) => answerJson(await loadStatus(shop, databaseNow())))
}

export const action = () => refuseMethod('GET')
