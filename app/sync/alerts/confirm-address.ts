import type { ShopDomain } from '#app/core/ids.ts'
import { type Confirmation, confirmByToken, findConfirmation } from '#app/store/alert-channels.ts'
import { alertChannelChanged } from '../events.ts'
import { hashOf } from './send-message.ts'

/** Says what a link with this token would do, and changes nothing. */
export const wouldConfirm = (shop: ShopDomain, token: string, now: Date) => findConfirmation(shop, hashOf(token), now)

/** Confirms the e-mail address to which a link with this token was sent. */
export async function confirmAddress(shop: ShopDomain, token: string, now: Date): Promise<Confirmation> {
  const confirmation = await confirmByToken(shop, hashOf(token), now)
  if (confirmation === 'confirmed') alertChannelChanged({ shop, channel: 'email', change: 'confirmed' })
  return confirmation
}
