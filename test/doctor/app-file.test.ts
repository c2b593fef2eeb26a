import { expect, test } from 'vitest'
import { config } from '#app/config.server.ts'
import { readAppFile } from '#app/doctor/checks/app-file.ts'
import { compareAppFile } from '#app/doctor/checks/files.ts'

const file = (await readAppFile())!
const { apiKey, appUrl } = config.shopify
const own = { ...file, client_id: apiKey, application_url: appUrl.origin }
const [first, ...others] = own.webhooks.subscriptions
const sentTo = (uri: string) => ({ ...own, webhooks: { subscriptions: [{ ...first!, uri }, ...others] } })
const allTo = (uri: string) => ({
  ...own,
  webhooks: { subscriptions: own.webhooks.subscriptions.map((one) => ({ ...one, uri })) },
})
const ARN = 'arn:aws:events:eu-central-1::event-source/aws.partner/shopify.com/1/lockstep'
const queues = { pubsubSubscription: null, sqsQueueUrl: null }
const { shopify } = config

test('the file of this checkout, for this app and address, is in order', () => {
  expect(compareAppFile(own, { shopify, queues })).toMatchObject({ state: 'ok' })
})

test.each([
  ['of another app', { ...own, client_id: 'another' }, 'warning', 'another app'],
  ['with another address', { ...own, application_url: 'https://other.example' }, 'fault', 'another address'],
  ['that sends to Pub/Sub, which nobody reads', sentTo('pubsub://project:topic'), 'fault', 'no process reads it'],
  ['that sends to EventBridge, which nobody reads', sentTo(ARN), 'fault', 'no process reads its queue'],
  ['that sends privacy webhooks to a queue', allTo('pubsub://project:topic'), 'fault', 'Privacy webhooks'],
])('a file %s is found', (_name, wrong, state, says) => {
  expect(compareAppFile(wrong, { shopify, queues })).toMatchObject({ state, says: expect.stringContaining(says) })
})

test('a queue that a process reads is in order', () => {
  const read = { pubsubSubscription: 'projects/a/subscriptions/b', sqsQueueUrl: null }
  expect(compareAppFile(sentTo('pubsub://project:topic'), { shopify, queues: read })).toMatchObject({ state: 'ok' })
})
