import { config } from '#app/config.server.ts'
import type { MessageContent } from '#app/core/alert/message.ts'
import { cleanText } from '#app/core/clean-text.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { envelopeWords, messageWords } from '#app/ui/copy/alert-message.ts'
import { plainSupportText } from '#app/ui/copy/plain-support-text.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { chooseLanguage } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'

/** A message in words, for any channel. */
export interface WordedMessage {
  /** One line: the shop, and what the message is about. */
  readonly subject: string
  readonly title: string
  /** What happened and what to do, without the shop and the link. */
  readonly body: string
  readonly text: string
  /** The page in the Shopify admin where the merchant sees more; null for a message that asks whether an address is right. */
  readonly link: string | null
}

/** Who reads a message: the language and time zone that it is written for. */
export interface Reader {
  readonly shop: ShopDomain
  readonly shopName: string | null
  readonly timeZone: string
  /** Of who set up the channel. */
  readonly language: string
}

/** Puts a message into words, in the language of its channel. `confirmUrl` is null except for a message that asks for a confirmation. */
export function wordMessage(
  content: MessageContent,
  { shop, shopName, timeZone, language: chosen }: Reader,
  { confirmUrl, now }: { confirmUrl: string | null; now: Date },
): WordedMessage {
  const language = chooseLanguage({ locale: chosen, acceptLanguage: null })
  const { t } = translationIn(sentencesIn(language))
  const clock = { t, language, timeZone, nowMs: now.getTime() }
  const { title, paragraphs: sentences, page } = messageWords(clock, content, confirmUrl)
  const paragraphs = sentences.map((sentence) => plainSupportText(t, config.supportUrl, sentence))
  // An address that may be a stranger's is not sent a text of the merchant's own.
  const name = content.kind === 'confirm' ? shop : oneLine(shopName ?? '') || shop
  const link = content.kind === 'confirm' ? null : inAdmin(shop, page)
  const { subject, closing } = envelopeWords(clock, { shop: name, title, link })
  return {
    subject,
    title,
    body: paragraphs.join(' '),
    text: [name, title, ...paragraphs, ...closing].join('\n\n'),
    link,
  }
}

const LONGEST_NAME = 80

/** A shop's name is its merchant's own text, and stands in the header of an e-mail. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ').trim()
  return cleanText(line.slice(0, LONGEST_NAME))
}

/** https://shopify.dev/docs/apps/build/admin: the app's own page in the admin of a shop. */
function inAdmin(shop: ShopDomain, page: string): string {
  const handle = shop.replace(/\.myshopify\.com$/, '')
  return `https://admin.shopify.com/store/${handle}/apps/${config.shopify.apiKey}${page}`
}

/** The link that confirms an address. The page is outside the admin: who reads the e-mail may not be signed in. */
export function confirmUrlOf(shop: ShopDomain, token: string): string {
  return `${config.shopify.appUrl.origin}/alerts/confirm?${new URLSearchParams({ shop, token })}`
}
