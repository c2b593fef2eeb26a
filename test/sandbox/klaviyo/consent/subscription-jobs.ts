import type { Answer, Call, Handlers } from '../exchange/call.ts'
import { dataOf, listAt } from '../exchange/data.ts'
import { type ApiError, invalid, Refusal } from '../exchange/errors.ts'
import { isJsonObject, type JsonObject, valueAt } from '../json.ts'
import type { ListRecord } from '../lists/list-book.ts'
import { EMAIL_REFUSED, isValidEmail, isValidPhone, PHONE_REFUSED } from '../profiles/profile-validation.ts'
import { confirmOrSubscribe, type Subscription, unsubscribe } from './consent-effect.ts'
import type { Channel } from './subscriptions.ts'

export const subscriptionHandlers = {
  bulk_subscribe_profiles: subscribeProfiles,
  bulk_unsubscribe_profiles: unsubscribeProfiles,
} satisfies Handlers

// "Maximum number of profiles": bulk_subscribe_profiles, bulk_unsubscribe_profiles
const MAX_SUBSCRIBED = 1_000
const MAX_UNSUBSCRIBED = 100
const PROFILES = '/data/attributes/profiles/data'

const channelPaths: Readonly<Record<Channel, readonly string[]>> = {
  email: ['email', 'marketing'],
  sms: ['sms', 'marketing'],
  smsTransactional: ['sms', 'transactional'],
}

/** Answers with nothing: no id, no status. It shows a while later in the profiles. */
function subscribeProfiles(call: Call): Answer {
  const data = dataOf(call, 'profile-subscription-bulk-create-job')
  const historical = valueAt(data, 'attributes', 'historical_import') === true
  const subscriptions = readSubscriptions(call, data, { most: MAX_SUBSCRIBED, consent: 'SUBSCRIBED' })
  const errors = subscriptions.flatMap((one, index) => consentTimeErrors(one, { historical, index, now: call.now }))
  if (errors.length > 0) throw new Refusal(errors)
  const list = listIn(call, data)
  call.account.later((at) => {
    for (const one of subscriptions) confirmOrSubscribe(call.account, one, { list, historical, at })
  })
  return { status: 202, profiles: subscriptions.length }
}

function unsubscribeProfiles(call: Call): Answer {
  const data = dataOf(call, 'profile-subscription-bulk-delete-job')
  const subscriptions = readSubscriptions(call, data, { most: MAX_UNSUBSCRIBED, consent: 'UNSUBSCRIBED' })
  const list = listIn(call, data)
  call.account.later((at) => {
    for (const one of subscriptions) unsubscribe(call.account, one, { list, at })
  })
  return { status: 202, profiles: subscriptions.length }
}

interface Expectation {
  readonly most: number
  readonly consent: 'SUBSCRIBED' | 'UNSUBSCRIBED'
}

function readSubscriptions(call: Call, data: JsonObject, expected: Expectation): readonly Subscription[] {
  const profiles = listAt(data, 'attributes', 'profiles', 'data')
  if (profiles.length > expected.most) {
    throw new Refusal([invalid(`At most ${expected.most} profiles are accepted per request.`, PROFILES)])
  }
  const read = profiles.map((profile, index) => readSubscription(call, profile, { index, consent: expected.consent }))
  const errors = read.filter((one): one is ApiError => 'code' in one)
  if (errors.length > 0) throw new Refusal(errors)
  return read.filter((one): one is Subscription => !('code' in one))
}

function readSubscription(
  { account }: Call,
  profile: unknown,
  { index, consent }: { index: number; consent: string },
): Subscription | ApiError {
  const pointer = `${PROFILES}/${index}/attributes`
  const attributes = valueAt(profile, 'attributes')
  if (!isJsonObject(attributes)) return invalid('Not a valid object.', pointer)
  const { email = null, phone_number: phone = null, subscriptions } = attributes
  if (email !== null && !(typeof email === 'string' && isValidEmail(email)))
    return invalid(EMAIL_REFUSED, `${pointer}/email`)
  if (phone !== null && !(typeof phone === 'string' && isValidPhone(phone))) {
    return invalid(PHONE_REFUSED, `${pointer}/phone_number`)
  }
  const channels = channelsIn(subscriptions, consent)
  if (channels.length === 0) return invalid(`'subscriptions' must ask for ${consent}.`, `${pointer}/subscriptions`)
  const sms = channels.some(({ channel }) => channel !== 'email')
  if (
    sms &&
    consent === 'SUBSCRIBED' &&
    !account.facts.smsPrefixes.some((prefix) => (phone ?? '').startsWith(prefix))
  ) {
    const words = 'Phone number is valid but is not in a supported region for this account.'
    return invalid(words, `${pointer}/phone_number`)
  }
  const id = valueAt(profile, 'id')
  return { id: typeof id === 'string' ? id : null, email, phone, channels }
}

function channelsIn(subscriptions: unknown, consent: string): Subscription['channels'] {
  const channels = Object.keys(channelPaths) as Channel[]
  return channels.flatMap((channel) => {
    const asked = valueAt(subscriptions, ...channelPaths[channel])
    if (valueAt(asked, 'consent') !== consent) return []
    const consentedAt = valueAt(asked, 'consented_at')
    return [{ channel, consentedAt: typeof consentedAt === 'string' ? consentedAt : null }]
  })
}

/** "If historical_import is set to true, the consented_at field is required and must be in the past"; else it may not be sent. */
function consentTimeErrors(
  { channels }: Subscription,
  { historical, index, now }: { historical: boolean; index: number; now: number },
): readonly ApiError[] {
  return channels.flatMap(({ channel, consentedAt }) => {
    const pointer = `${PROFILES}/${index}/attributes/subscriptions/${channelPaths[channel].join('/')}/consented_at`
    if (!historical) return consentedAt === null ? [] : [invalid("'consented_at' needs 'historical_import'.", pointer)]
    const past = consentedAt !== null && Date.parse(consentedAt) < now
    return past ? [] : [invalid("'consented_at' is required and must be in the past.", pointer)]
  })
}

/** Singular here: `relationships.list`. */
function listIn(call: Call, data: JsonObject): ListRecord | null {
  const id = valueAt(data, 'relationships', 'list', 'data', 'id')
  if (typeof id !== 'string') return null
  const list = call.account.parts.lists.find(id)
  if (list === undefined) throw new Refusal([invalid(`Invalid list IDs: ${id}`, '/data/')])
  return list
}
