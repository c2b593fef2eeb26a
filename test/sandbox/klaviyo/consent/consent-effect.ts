import type { AccountState } from '../account/account-state.ts'
import { isoInstant } from '../instant.ts'
import type { ListRecord } from '../lists/list-book.ts'
import type { ProfileRecord } from '../profiles/profile-record.ts'
import { type Channel, subscribed, unsubscribed, unsubscribedFromList } from './subscriptions.ts'

/** One person's part of a subscription job. */
export interface Subscription {
  readonly id: string | null
  readonly email: string | null
  readonly phone: string | null
  readonly channels: readonly { readonly channel: Channel; readonly consentedAt: string | null }[]
}

interface SubscribeOn {
  readonly list: ListRecord | null
  /** Skips double opt-in. */
  readonly historical: boolean
  readonly at: number
}

/**
 * The list's opt-in process decides; without a list the account's, which is double. Under double opt-in consent stays as it
 * is until the person confirms, but suppressions are lifted already. A new address without list and without
 * historical_import never becomes a profile (recorded: waited 4 minutes).
 */
export function confirmOrSubscribe(
  account: AccountState,
  one: Subscription,
  { list, historical, at }: SubscribeOn,
): void {
  const profile = profileOf(account, one) ?? (list !== null || historical ? newProfile(account, one, at) : undefined)
  if (profile === undefined) return
  const now = isoInstant(at)
  const confirms = !historical && list?.optInProcess !== 'single_opt_in'
  for (const { channel, consentedAt } of one.channels) {
    const after = subscribed(profile.subscriptions, channel, consentedAt ?? now, now)
    profile.subscriptions = confirms ? { ...after, [channel]: profile.subscriptions[channel] } : after
  }
  if (list !== null && !confirms) account.parts.lists.join(list.id, profile, at)
}

/** "Profiles not in the specified list will be globally unsubscribed." (bulk_unsubscribe_profiles) */
export function unsubscribe(
  account: AccountState,
  one: Subscription,
  { list, at }: { list: ListRecord | null; at: number },
): void {
  const profile = profileOf(account, one)
  if (profile === undefined) return
  const now = isoInstant(at)
  if (list !== null && profile.lists.has(list.id)) {
    profile.subscriptions = unsubscribedFromList(profile.subscriptions, list.id, now)
    account.parts.lists.leave(list.id, profile)
    return
  }
  for (const { channel } of one.channels) profile.subscriptions = unsubscribed(profile.subscriptions, channel, now)
}

function profileOf(account: AccountState, { id, email, phone }: Subscription): ProfileRecord | undefined {
  if (id !== null) return account.profileById(id)
  const byEmail = email === null ? undefined : account.profileByEmail(email)
  return byEmail ?? (phone === null ? undefined : account.profileBy('phone_number', phone))
}

function newProfile(account: AccountState, { email, phone }: Subscription, at: number): ProfileRecord {
  const { store } = account.parts
  const profile = store.create(at, 'others')
  store.setIdentifier(profile, 'email', email)
  store.setIdentifier(profile, 'phone_number', phone)
  store.touch(profile, at)
  return profile
}
