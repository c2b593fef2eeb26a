/** The ways in which alerts are sent. A shop has at most one channel of each kind. */
export const channelKinds = ['email', 'slack', 'webhook'] as const
export type ChannelKind = (typeof channelKinds)[number]

/** Why nothing is sent to a channel any more until it is set up again. */
export type ChannelOff =
  /** The mail server refuses the address for good. */
  | 'address_refused'
  /** Slack, or the receiver, says that the address does not exist any more. */
  | 'gone'

/** Whether alerts are sent to the channel: an address that is not confirmed is sent none. */
export function isTold({ confirmedAt, off }: { confirmedAt: Date | null; off: object | null }): boolean {
  return confirmedAt !== null && off === null
}

/** The time in which the link that confirms an e-mail address works, in milliseconds. */
export const CONFIRM_WITHIN_MS = 48 * 60 * 60_000
