import type { Tools } from '@shopify/ui-extensions/admin'
import type { Api } from '@shopify/ui-extensions/admin.app.tools.data'
import type { SearchAnswer } from '../../../app/core/report/extension-answers.ts'
import { askApp } from '../../common/ask-app.ts'

declare const shopify: Api & { readonly tools: Tools }

/** Lets Sidekick find out why a customer is not in Klaviyo. It changes nothing, and the answer holds no name and no address. */
export default async function syncStatusTool(): Promise<void> {
  shopify.tools.register('get_klaviyo_sync_status', async ({ customer }) => {
    const fields = { text: String(customer ?? '') }
    const answer = await askApp<SearchAnswer>('search', { language: shopify.i18n.translate('language'), fields })
    if (answer.kind === 'failed') return { found: 'no_answer', customers: [] }
    const { kind, customers, more } = answer.data
    return {
      found: kind === 'unavailable' ? 'no_answer' : customers.length === 0 ? 'none' : more ? 'more' : 'all',
      customers: customers.map(({ customerId, state, headline, whatToDo, details }) => ({
        customerId,
        state,
        reason: headline,
        whatToDo,
        details: [...details],
      })),
    }
  })
}
