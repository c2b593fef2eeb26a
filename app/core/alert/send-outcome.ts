import { spreadOf } from '../flow/backoff.ts'
import { after } from '../flow/instants.ts'
import type { ChannelOff } from './channel.ts'
import type { MessageKind } from './message.ts'

/** Why a message did not arrive. */
export type SendFault =
  /** No answer within the time, or no connection. */
  | 'unanswered'
  /** An answer that may be another one later, such as 500. */
  | 'failing'
  /** An answer that will stay the same: this message is not accepted. */
  | 'refused'
  /** The operator's mail server wants a login, or does not accept the one it gets. */
  | 'login'
  /** This installation has no mail server. */
  | 'no_mail_server'
  /** The receiver's address is in a private network. */
  | 'private_address'
  /** The channel was removed or turned off before the message was sent. */
  | 'channel_off'

/** What came of one attempt to send a message. `status` is the receiver's own number, of HTTP or SMTP, if it gave one. */
export type SendOutcome =
  | { readonly kind: 'sent' }
  /** It may arrive later. */
  | { readonly kind: 'unavailable'; readonly why: SendFault; readonly status: number | null }
  /** It will not arrive. */
  | { readonly kind: 'refused'; readonly why: SendFault; readonly status: number | null }
  /** Nothing will arrive there any more. */
  | { readonly kind: 'gone'; readonly why: ChannelOff; readonly status: number | null }

/** What is to be recorded of an attempt. */
export type AfterSending =
  | { readonly kind: 'sent' }
  | { readonly kind: 'retry'; readonly at: Date; readonly why: SendFault; readonly status: number | null }
  | {
      readonly kind: 'given_up'
      readonly why: SendFault | ChannelOff
      readonly status: number | null
      readonly turnsOff: boolean
    }

const FIRST_WAIT_MS = 60_000
const LONGEST_WAIT_MS = 60 * 60_000
/** A message that could not be sent for a day is given up: what it says is old by then, and the page shows it. */
export const GIVE_UP_AFTER_MS = 24 * 60 * 60_000

/**
 * Returns what follows from an attempt, the `attempt`-th (from 1) of a message that was first due at `firstDueAt`. The wait doubles from a
 * minute to an hour. A test is not repeated: who pressed the button sees the answer, and can press it again.
 */
export function afterSending(
  outcome: SendOutcome,
  message: { readonly id: string; readonly kind: MessageKind; readonly attempt: number; readonly firstDueAt: Date },
  now: Date,
): AfterSending {
  switch (outcome.kind) {
    case 'sent':
      return { kind: 'sent' }
    case 'gone':
      return { kind: 'given_up', why: outcome.why, status: outcome.status, turnsOff: true }
    case 'refused':
      return { kind: 'given_up', why: outcome.why, status: outcome.status, turnsOff: false }
    case 'unavailable': {
      const { why, status } = outcome
      const at = after(now, waitMs(message.attempt, message.id))
      const isTooLate = at.getTime() - message.firstDueAt.getTime() > GIVE_UP_AFTER_MS
      if (isTooLate || message.kind === 'test') return { kind: 'given_up', why, status, turnsOff: false }
      return { kind: 'retry', at, why, status }
    }
  }
}

function waitMs(attempt: number, id: string): number {
  const fullMs = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS)
  return Math.round(fullMs * (1 - spreadOf(`${id}:${attempt}`) / 4))
}
