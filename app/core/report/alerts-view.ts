import type { AlertCause } from '../alert/causes.ts'
import type { ChannelKind, ChannelOff } from '../alert/channel.ts'
import type { MessageKind } from '../alert/message.ts'
import type { SendFault } from '../alert/send-outcome.ts'
import type { Alerts } from '../settings/alerts.ts'
import type { SettingView } from './setting-view.ts'

/** What the page about alerts shows. Instants are ISO 8601 text. */
export type AlertsView = SettingView<Alerts> & AlertsFacts

export interface AlertsFacts {
  /** Whether the operator has set up a mail server. */
  readonly emailOffered: boolean
  readonly channels: readonly ChannelView[]
  readonly openAlerts: readonly { readonly cause: AlertCause; readonly since: string }[]
  /** The last ones, the newest first. */
  readonly messages: readonly MessageView[]
}

export interface ChannelView {
  readonly kind: ChannelKind
  /** The e-mail address; of a URL, which may be a secret, only the host. */
  readonly shownAs: string
  readonly state: 'on' | 'unconfirmed' | 'off'
  /** Why it is off; null while it is not. */
  readonly off: { readonly why: ChannelOff; readonly since: string } | null
}

export interface MessageView {
  readonly id: string
  readonly channel: ChannelKind
  readonly kind: MessageKind
  /** What it is about; null unless it says that an alert has begun or is over. */
  readonly cause: AlertCause | null
  readonly writtenAt: string
  readonly state: 'waiting' | 'retrying' | 'sent' | 'given_up'
  /** When it was sent or given up; otherwise when it is tried next. */
  readonly at: string
  /** Why the last attempt failed, with the receiver's number, of HTTP or SMTP; null if none did. */
  readonly fault: { readonly why: SendFault | ChannelOff; readonly status: number | null } | null
}

/** Result of changing a channel, or of sending to it by hand. */
export type ChannelChange =
  /** `secret` is what the webhook's messages are signed with. It is told this once. */
  | { readonly kind: 'added'; readonly channel: ChannelKind; readonly secret: string | null }
  | { readonly kind: 'removed'; readonly channel: ChannelKind }
  | { readonly kind: 'sent'; readonly channel: ChannelKind; readonly what: 'test' | 'confirm' }
  | {
      readonly kind: 'not_sent'
      readonly channel: ChannelKind
      readonly what: 'test' | 'confirm'
      readonly why: SendFault | ChannelOff
      readonly status: number | null
    }
  /** No address that alerts can be sent to. */
  | { readonly kind: 'invalid'; readonly channel: ChannelKind }
  /** Too many were sent by hand lately. */
  | { readonly kind: 'too_many'; readonly channel: ChannelKind }
  /** It was removed, or confirmed, on another page. */
  | { readonly kind: 'no_channel'; readonly channel: ChannelKind }
