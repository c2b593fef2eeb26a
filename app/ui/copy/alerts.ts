import type { TFunction } from 'i18next'
import type { ChannelOff } from '#app/core/alert/channel.ts'
import type { SendFault } from '#app/core/alert/send-outcome.ts'
import type { ChannelChange, MessageView } from '#app/core/report/alerts-view.ts'
import type { ShopNow } from '../time/shop-clock.tsx'
import { shopTime } from '../time/shop-time.ts'

/** The toast after a channel was changed, or sent to; null if it was not. */
export function channelToast(t: TFunction, change: ChannelChange): string | null {
  switch (change.kind) {
    case 'added':
    case 'removed':
      return t(`alerts.answers.${change.kind}`)
    case 'sent':
      return t('alerts.answers.sent', { what: change.what })
    default:
      return null
  }
}

/** Why a channel was not changed, or nothing was sent to it; null if it was. */
export function channelFault(t: TFunction, change: ChannelChange): string | null {
  switch (change.kind) {
    case 'invalid':
      return t(`alerts.answers.invalid.${change.channel}`)
    case 'too_many':
      return t('alerts.answers.tooMany')
    case 'no_channel':
      return t('alerts.answers.noChannel')
    case 'not_sent':
      return t('alerts.answers.notSent', { what: change.what, why: faultWords(t, change) })
    default:
      return null
  }
}

/** Why a message did not arrive. */
function faultWords(t: TFunction, fault: { why: SendFault | ChannelOff; status: number | null }): string {
  return t(`alerts.faults.${fault.why}`, { status: fault.status ?? '' })
}

/** What a message is about. */
export function messageTitle(t: TFunction, { kind, cause }: MessageView): string {
  if (cause === null) return t(`alerts.messages.${kind as 'weekly' | 'test' | 'confirm'}`)
  const alert = t(`alerts.causes.${cause}.title`)
  return kind === 'over' ? t('alerts.messages.over', { alert }) : alert
}

/** Why a message has not arrived, and when it is tried again if it is; null if no attempt has failed. */
export function messageFault(now: ShopNow, { state, fault, at }: MessageView): string | null {
  if (!fault || state === 'sent') return null
  const why = faultWords(now.t, fault)
  return state === 'retrying' ? now.t('alerts.messages.next', { why, time: shopTime(new Date(at), now) }) : why
}
