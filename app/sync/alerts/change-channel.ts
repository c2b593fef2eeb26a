import { randomBytes } from 'node:crypto'
import { receiverUrl } from '#app/alerts/receiver-url.ts'
import { canSendEmail } from '#app/alerts/send-email.ts'
import type { ChannelKind } from '#app/core/alert/channel.ts'
import { after } from '#app/core/flow/instants.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import type { ChannelChange } from '#app/core/report/alerts-view.ts'
import { deleteChannel, listChannels, saveChannel } from '#app/store/alert-channels.ts'
import { countMessages, forgetUnsent, saveMessage } from '#app/store/alert-messages.ts'
import { watchIfTold } from '#app/store/alert-watches.ts'
import { type Sql, transaction } from '#app/store/database.ts'
import { lockShop } from '#app/store/shops.ts'
import { alertChannelChanged } from '../events.ts'
import { sendMessage } from './send-message.ts'

const HOUR_MS = 60 * 60_000
/** E-mails that ask an address whether it is right, of one shop in a day: nobody can have strangers written to by the hundred. */
const CONFIRMS_A_DAY = 10
const TESTS_AN_HOUR = 30

/** Sets up a channel. An e-mail address is asked at once whether it is right, and is sent nothing else until the link was opened. */
export async function addChannel(
  shop: ShopDomain,
  { channel, target: typed, language }: { channel: ChannelKind; target: string; language: string },
  clock: () => Date,
): Promise<ChannelChange> {
  const target = targetOf(channel, typed)
  if (target === null) return { kind: 'invalid', channel }
  const secret = channel === 'webhook' ? `whsec_${randomBytes(32).toString('base64url')}` : null
  const isEmail = channel === 'email'
  const now = clock()
  const asked = await transaction(async (on) => {
    await lockShop(shop, on)
    const confirm = isEmail ? await writeByHand(shop, channel, 'confirm', now, on) : null
    if (confirm === 'too_many') return confirm
    await saveChannel(shop, { kind: channel, target, secret, language, confirmedAt: isEmail ? null : now }, now, on)
    await watchIfTold(shop, now, on)
    return confirm
  })
  if (asked === 'too_many') return { kind: 'too_many', channel }
  alertChannelChanged({ shop, channel, change: 'added' })
  return asked === null
    ? { kind: 'added', channel, secret }
    : sendNow(shop, channel, { what: 'confirm', id: asked }, clock)
}

/** Sends a test, or once more the link that confirms an e-mail address. */
export async function sendByHand(
  shop: ShopDomain,
  channel: ChannelKind,
  what: 'test' | 'confirm',
  clock: () => Date,
): Promise<ChannelChange> {
  const now = clock()
  const written = await transaction(async (on) => {
    await lockShop(shop, on)
    const known = (await listChannels(shop, on)).find(({ kind }) => kind === channel)
    if (!known || known.off || (known.confirmedAt === null) !== (what === 'confirm')) return 'no_channel'
    return writeByHand(shop, channel, what, now, on)
  })
  if (written === 'no_channel' || written === 'too_many') return { kind: written, channel }
  return sendNow(shop, channel, { what, id: written }, clock)
}

/** Removes a channel with what was to be sent to it. */
export async function removeChannel(shop: ShopDomain, channel: ChannelKind, now: Date): Promise<ChannelChange> {
  await transaction(async (on) => {
    await lockShop(shop, on)
    await forgetUnsent(shop, channel, now, on)
    await deleteChannel(shop, channel, on)
    await watchIfTold(shop, now, on)
  })
  alertChannelChanged({ shop, channel, change: 'removed' })
  return { kind: 'removed', channel }
}

/** Returns the address as it is stored; null if it is none to which alerts can be sent. */
function targetOf(channel: ChannelKind, typed: string): string | null {
  if (channel !== 'email') return receiverUrl(channel, typed)?.href ?? null
  const email = emailAddressOf(typed)
  return canSendEmail() && email.kind === 'good' ? email.address : null
}

/** Writes down a message that somebody waits for, unless there were too many. What waits for the channel is given up by a new address. */
async function writeByHand(
  shop: ShopDomain,
  channel: ChannelKind,
  kind: 'test' | 'confirm',
  now: Date,
  on: Sql,
): Promise<string> {
  const [most, withinMs] = kind === 'confirm' ? [CONFIRMS_A_DAY, 24 * HOUR_MS] : [TESTS_AN_HOUR, HOUR_MS]
  if ((await countMessages(shop, kind, after(now, -withinMs), on)) >= most) return 'too_many'
  if (kind === 'confirm') await forgetUnsent(shop, channel, now, on)
  return saveMessage(shop, { channel, content: { kind }, alert: null, dueAt: now }, now, on)
}

async function sendNow(
  shop: ShopDomain,
  channel: ChannelKind,
  { what, id }: { what: 'test' | 'confirm'; id: string },
  clock: () => Date,
): Promise<ChannelChange> {
  const then = await sendMessage(shop, id, clock)
  if (then === null || then.kind === 'sent') return { kind: 'sent', channel, what }
  return { kind: 'not_sent', channel, what, why: then.why, status: then.status }
}
