import { z } from 'zod'
import { customerNumber } from '#app/core/ids.ts'
import { recordDataRequest, redactCustomer, redactShop } from '#app/sync/privacy/privacy-webhooks.ts'
import type { TakeWebhook } from './signed-webhook.ts'

// https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance
const customer = z.object({ id: customerNumber, email: z.string().nullish(), phone: z.string().nullish() })
const redaction = z.object({ customer })
const dataRequest = z.object({
  customer,
  data_request: z.object({ id: z.union([z.string(), z.number().transform(String)]) }),
})

export const takePrivacyWebhook: TakeWebhook = async (shop, topic, body) => {
  if (topic === 'shop/redact') {
    await redactShop(shop)
    return 'taken'
  }
  if (topic === 'customers/redact') {
    const read = redaction.safeParse(body)
    if (!read.success) return 'unreadable'
    const { id, email = null, phone = null } = read.data.customer
    await redactCustomer(shop, { customerId: id, email, phone }, new Date())
    return 'taken'
  }
  const read = dataRequest.safeParse(body)
  if (topic !== 'customers/data_request' || !read.success) return 'unreadable'
  const { customer: asking, data_request } = read.data
  await recordDataRequest(shop, { requestId: data_request.id, customerId: asking.id }, new Date())
  return 'taken'
}
