import { createHmac } from 'node:crypto'
import { config } from '#app/config.server.ts'
import type { SendOutcome } from '#app/core/alert/send-outcome.ts'
import { type PostAnswer, postJson } from './post-json.ts'
import { receiverUrl } from './receiver-url.ts'

/** Posts a text to a Slack channel, by the address of an incoming webhook. */
export async function sendToSlack(target: string, text: string): Promise<SendOutcome> {
  const answer = await post('slack', target, JSON.stringify({ text: text.replace(/[&<>]/g, (sign) => escaped[sign]!) }))
  // 404 and 410 say that the webhook or its channel does not exist any more, 403 that posting is forbidden:
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling-errors
  return outcomeOf(answer, { gone: [403, 404, 410], refused: [400] })
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
const escaped: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' }

/**
 * Posts JSON to a receiver of the merchant's. The header `lockstep-signature` is `t=<seconds>,v1=<hex>`: the HMAC-SHA256, with the webhook's
 * secret, of the seconds, a full stop and the body. `lockstep-message-id` is the same if a message comes twice.
 */
export async function sendToWebhook(
  target: string,
  { secret, id, body, now }: { secret: string; id: string; body: string; now: Date },
): Promise<SendOutcome> {
  const seconds = Math.floor(now.getTime() / 1000)
  const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')
  const headers = { 'lockstep-signature': `t=${seconds},v1=${signature}`, 'lockstep-message-id': id }
  return outcomeOf(await post('webhook', target, body, headers), { gone: [410], refused: [] })
}

function post(
  kind: 'slack' | 'webhook',
  target: string,
  body: string,
  headers?: Readonly<Record<string, string>>,
): Promise<PostAnswer> {
  const url = receiverUrl(kind, target)
  const { allowsPrivate } = config.alerts
  return url
    ? postJson(url, body, { ...(headers && { headers }), allowsPrivate })
    : Promise.resolve({ kind: 'private_address' })
}

/** An answer that is neither an acceptance nor final may be another one later, such as 404 while a receiver is deployed. */
function outcomeOf(
  answer: PostAnswer,
  { gone, refused }: { gone: readonly number[]; refused: readonly number[] },
): SendOutcome {
  if (answer.kind === 'private_address') return { kind: 'refused', why: 'private_address', status: null }
  if (answer.kind === 'unanswered') return { kind: 'unavailable', why: 'unanswered', status: null }
  const { status } = answer
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (gone.includes(status)) return { kind: 'gone', why: 'gone', status }
  return refused.includes(status)
    ? { kind: 'refused', why: 'refused', status }
    : { kind: 'unavailable', why: 'failing', status }
}
