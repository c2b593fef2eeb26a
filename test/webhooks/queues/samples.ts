import type { Shop } from '#test/sandbox/shopify/shop/shop.ts'
import { appToml } from '#test/sandbox/shopify/webhooks/app-toml.ts'
import type { Delivery } from '#test/sandbox/shopify/webhooks/delivery.ts'

const at = '2026-11-20T10:00:00Z'

const subject = {
  id: '7000000000001',
  updatedAt: at,
  keptId: '7000000000001',
  goneId: '7000000000002',
  defaultEmailAddress: { emailAddress: 'ada@example.com' },
  defaultPhoneNumber: null,
  previous: [],
  current: [],
}
const operation = {
  id: 'gid://shopify/BulkOperation/1',
  createdAt: at,
  completedAt: at,
  errorCode: null,
  status: 'COMPLETED',
}

/** The change of one customer, as Shopify tells it. */
export const changeOf = ({ webhooks }: Shop, id: string | number): Delivery =>
  webhooks.compose('customers/update', { id: String(id), updatedAt: at } as never)

/** A delivery of each topic that shopify.app.toml may send to a queue, and one of the Events. */
export function samplesOf({ webhooks }: Shop): Delivery[] {
  const topics = appToml.webhooks.subscriptions.flatMap(({ topics = [] }) => topics)
  return [
    ...topics.map((topic) =>
      topic === 'bulk_operations/finish'
        ? webhooks.compose(topic, operation as never)
        : webhooks.compose(topic as 'customers/update', subject as never),
    ),
    webhooks.sendEvent({ customerId: subject.id, metafield: 'loyalty.points', how: 'updated' } as never),
  ]
}

/** A delivery of each privacy topic. */
export function privacySamplesOf({ webhooks }: Shop): Delivery[] {
  const topics = appToml.webhooks.subscriptions.flatMap(({ compliance_topics = [] }) => compliance_topics)
  return topics.map((topic) => webhooks.compose(topic as 'customers/redact', subject as never))
}
