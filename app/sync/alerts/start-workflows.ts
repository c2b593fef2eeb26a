import { wordMessage } from '#app/alerts/word-message.ts'
import type { MessageContent } from '#app/core/alert/message.ts'
import type { Sql } from '#app/store/database.ts'
import type { Shop } from '#app/store/shops.ts'
import { requestFlowTrigger } from '../flow/request-flow-trigger.ts'

/**
 * Has the shop's workflows started that begin when syncing stops, if it has any. A workflow is no message: it is started in quiet hours too,
 * and not when the alert is over.
 */
export async function startWorkflows(
  { domain: shop, name: shopName, timeZone }: Shop,
  content: Extract<MessageContent, { kind: 'opened' }>,
  language: string,
  now: Date,
  on: Sql,
): Promise<void> {
  const { body } = wordMessage(content, { shop, shopName, timeZone, language }, { confirmUrl: null, now })
  await requestFlowTrigger(shop, 'sync_stopped', { code: content.cause, explanation: body }, now, on)
}
