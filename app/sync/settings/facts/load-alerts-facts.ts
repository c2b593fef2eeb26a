import { canSendEmail } from '#app/alerts/send-email.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import type { AlertsFacts, ChannelView, MessageView } from '#app/core/report/alerts-view.ts'
import { type AlertChannel, listChannels } from '#app/store/alert-channels.ts'
import { type AlertMessage, listMessages } from '#app/store/alert-messages.ts'
import { listOpenAlerts } from '#app/store/alerts.ts'
import { autocommit } from '#app/store/database.ts'

const MESSAGES_SHOWN = 20

/** What the page about alerts shows beside the choice: the channels, without their secrets, and what was told lately. */
export async function loadAlertsFacts(shop: ShopDomain): Promise<AlertsFacts> {
  const [channels, open, messages] = await Promise.all([
    listChannels(shop, autocommit),
    listOpenAlerts(shop),
    listMessages(shop, MESSAGES_SHOWN),
  ])
  return {
    emailOffered: canSendEmail(),
    channels: channels.map(channelView),
    openAlerts: open.map(({ cause, since }) => ({ cause, since: since.toISOString() })),
    messages: messages.map(messageView),
  }
}

function channelView({ kind, target, confirmedAt, off }: AlertChannel): ChannelView {
  return {
    kind,
    shownAs: kind === 'email' ? target : new URL(target).host,
    state: off ? 'off' : confirmedAt ? 'on' : 'unconfirmed',
    off: off && { why: off.why, since: off.at.toISOString() },
  }
}

function messageView(message: AlertMessage): MessageView {
  const { id, channel, content, createdAt, sentAt, givenUpAt, dueAt, why, status } = message
  return {
    id,
    channel,
    kind: content.kind,
    cause: content.kind === 'opened' || content.kind === 'over' ? content.cause : null,
    writtenAt: createdAt.toISOString(),
    state: sentAt ? 'sent' : givenUpAt ? 'given_up' : why ? 'retrying' : 'waiting',
    at: (sentAt ?? givenUpAt ?? dueAt).toISOString(),
    fault: why && { why, status },
  }
}
