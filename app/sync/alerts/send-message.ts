import { createHash, randomBytes } from 'node:crypto'
import { deliverMessage } from '#app/alerts/deliver-message.ts'
import { CONFIRM_WITHIN_MS } from '#app/core/alert/channel.ts'
import { type AfterSending, afterSending, type SendOutcome } from '#app/core/alert/send-outcome.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import {
  type AlertChannel,
  findWebhookSecret,
  listChannels,
  saveToken,
  turnOffChannel,
} from '#app/store/alert-channels.ts'
import { type AlertMessage, recordAttempt, takeMessage } from '#app/store/alert-messages.ts'
import { autocommit, transaction } from '#app/store/database.ts'
import { findShop } from '#app/store/shops.ts'
import { alertSent } from '../events.ts'

/**
 * Sends one message of a shop that is due: the one with this id, or the one that has waited longest. It is recorded as sent afterwards: if
 * the process dies in between, another sends it again, under the same id. Returns what came of it; null if none is due.
 */
export async function sendMessage(
  shop: ShopDomain,
  id: string | null,
  clock: () => Date,
): Promise<AfterSending | null> {
  const message = await takeMessage(shop, id, clock())
  if (!message) return null
  const channel = (await listChannels(shop, autocommit)).find(({ kind }) => kind === message.channel)
  const outcome = await attempt(shop, message, channel ?? null, clock)
  const now = clock()
  const then = afterSending(outcome, { ...message, kind: message.content.kind }, now)
  await transaction(async (on) => {
    await recordAttempt(shop, message, then, now, on)
    if (outcome.kind === 'gone' && channel) await turnOffChannel(shop, { ...channel, why: outcome.why }, now, on)
  })
  alertSent({
    shop,
    channel: message.channel,
    kind: message.content.kind,
    outcome: then.kind,
    why: then.kind === 'sent' ? null : then.why,
    status: then.kind === 'sent' ? null : then.status,
  })
  return then
}

const removed: SendOutcome = { kind: 'refused', why: 'channel_off', status: null }

async function attempt(
  shop: ShopDomain,
  { id, content }: AlertMessage,
  channel: AlertChannel | null,
  clock: () => Date,
): Promise<SendOutcome> {
  const known = await findShop(shop)
  const asksForAddress = content.kind === 'confirm'
  // An address that is not confirmed is sent nothing else, and one that is confirmed is not asked again.
  if (!known || known.uninstalledAt || !channel || channel.off || asksForAddress !== (channel.confirmedAt === null)) {
    return removed
  }
  const { kind, target, language } = channel
  return deliverMessage({
    id,
    content,
    channel: kind,
    target,
    reader: { shop, shopName: known.name, timeZone: known.timeZone, language },
    secret: kind === 'webhook' ? await findWebhookSecret(shop) : null,
    token: asksForAddress ? await newToken(shop, channel, clock()) : null,
    now: clock(),
  })
}

/** Each e-mail that asks has a token of its own: what is stored is its hash, and only the last one is accepted. */
async function newToken(shop: ShopDomain, { addedAt }: AlertChannel, now: Date): Promise<string> {
  const token = randomBytes(32).toString('base64url')
  await saveToken(shop, { hash: hashOf(token), until: after(now, CONFIRM_WITHIN_MS), addedAt })
  return token
}

/** As it is stored of a token that confirms an address. */
export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
