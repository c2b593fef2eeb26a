import type { ChannelKind } from '#app/core/alert/channel.ts'
import type { MessageContent } from '#app/core/alert/message.ts'
import type { SendOutcome } from '#app/core/alert/send-outcome.ts'
import { sendToSlack, sendToWebhook } from './send-by-http.ts'
import { sendEmail } from './send-email.ts'
import { confirmUrlOf, type Reader, wordMessage } from './word-message.ts'

interface Delivery {
  readonly id: string
  readonly content: MessageContent
  readonly channel: ChannelKind
  /** The address or URL. */
  readonly target: string
  readonly reader: Reader
  /** What a webhook is signed with; null for other channels. */
  readonly secret: string | null
  /** What confirms the address; null except for a message that asks for it. */
  readonly token: string | null
  readonly now: Date
}

/** Puts one message into words and sends it. */
export function deliverMessage({
  id,
  content,
  channel,
  target,
  reader,
  secret,
  token,
  now,
}: Delivery): Promise<SendOutcome> {
  const confirmUrl = token && confirmUrlOf(reader.shop, token)
  const words = wordMessage(content, reader, { confirmUrl, now })
  switch (channel) {
    case 'email':
      return sendEmail({ to: target, subject: words.subject, text: words.text, id })
    case 'slack':
      return sendToSlack(target, words.text)
    case 'webhook': {
      const { subject, title, text, link } = words
      const body = JSON.stringify({
        id,
        shop: reader.shop,
        at: now.toISOString(),
        ...content,
        subject,
        title,
        text,
        link,
      })
      return sendToWebhook(target, { secret: secret ?? '', id, body, now })
    }
  }
}
