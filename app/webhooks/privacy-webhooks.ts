import { z } from 'zod'
import { customerNumber } from '#app/core/ids.ts'
import { databaseNow } from '#app/store/clock.ts'
import { recordDataRequest, redactCustomer, redactShop } from '#app/sync/privacy/privacy-webhooks.ts'
import type { TakeWebhook } from './signed-webhook.ts'

// The topic is not signed, so a body's topic is recognised by the fields it has and does not have.
// https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
const ofShop = { shop_domain: z.string() }
const customer = z.object({ id: customerNumber, email: z.string().nullish(), phone: z.string().nullish() })
const redaction = z.object({
  ...ofShop,
  customer,
  data_request: z.never().optional(),
  orders_requested: z.never().optional(),
})
const dataRequest = z.object({
  ...ofShop,
  customer,
  data_request: z.object({ id: z.union([z.string(), z.number().transform(String)]) }),
})
const shopRedaction = z.object({ ...ofShop, customer: z.never().optional() })

export const takePrivacyWebhook: TakeWebhook = async (shop, topic, body, triggeredAt) => {
  if (topic === 'shop/redact') {
    if (!shopRedaction.safeParse(body).success) return 'unreadable'
    await redactShop(shop, triggeredAt)
    return 'taken'
  }
  if (topic === 'customers/redact') {
    const read = redaction.safeParse(body)
    if (!read.success) return 'unreadable'
    const { id, email = null, phone = null } = read.data.customer
    await redactCustomer(shop, { customerId: id, email, phone }, databaseNow())
    return 'taken'
  }
  const read = dataRequest.safeParse(body)
  if (topic !== 'customers/data_request' || !read.success) return 'unreadable'
  const { customer: asking, data_request } = read.data
  await recordDataRequest(shop, { requestId: data_request.id, customerId: asking.id }, databaseNow())
  return 'taken'
}
