import type { ChannelKind } from '#app/core/alert/channel.ts'
import type { ChannelChange } from '#app/core/report/alerts-view.ts'

/** What a page provides for changing channels. */
export interface ChannelActions {
  readonly add: (channel: ChannelKind, target: string) => void
  readonly remove: (channel: ChannelKind) => void
  /** Sends a test, or once more the link that confirms an address. */
  readonly send: (channel: ChannelKind, what: 'test' | 'confirm') => void
  /** The channel that is being changed or sent to; null if none is. */
  readonly busy: ChannelKind | null
  /** The last result; null before the first. */
  readonly answer: ChannelChange | null
}
