import { stat } from 'node:fs/promises'
import type { Config } from '#app/config.server.ts'
import { type Check, type Finding, fault, ok, skipped, warning } from '../finding.ts'
import { type AppFile, readAppFile } from './app-file.ts'

const HOUR_MS = 60 * 60_000
/** A backup each night, with two hours to spare. */
const OLDEST_BACKUP_MS = 26 * HOUR_MS

/** What the files of this machine show: the app's file for Shopify, the packages that a queue needs, and the last backup. */
export function fileChecks(config: Config): Check[] {
  return [
    { name: "Shopify's file of the app", isOnline: false, look: () => lookAtAppFile(config) },
    { name: 'queues of webhooks', isOnline: false, look: () => lookAtQueues(config) },
    { name: 'backup', isOnline: false, look: () => lookAtBackup(config.backupStatusFile) },
  ]
}

async function lookAtAppFile(config: Config): Promise<Finding> {
  const file = await readAppFile()
  return file ? compareAppFile(file, config) : skipped('There is no shopify.app.toml here, so it was not compared.')
}

/** What of Shopify's file does not fit this configuration. */
export function compareAppFile(file: AppFile, { shopify, queues }: Pick<Config, 'shopify' | 'queues'>): Finding {
  const deploy = 'Correct shopify.app.toml, then: npx @shopify/cli@4.8.2 app deploy'
  if (file.client_id !== shopify.apiKey)
    return warning(
      'client_id is not SHOPIFY_API_KEY: the file describes another app.',
      'npx @shopify/cli@4.8.2 app config link',
    )
  if (new URL(file.application_url).origin !== shopify.appUrl.origin)
    return fault('application_url is not at SHOPIFY_APP_URL: Shopify opens another address.', deploy)
  const all = [
    ...file.webhooks.subscriptions,
    ...file.events.subscription.map((one) => ({ ...one, compliance_topics: [] })),
  ]
  if (all.some(({ uri, compliance_topics }) => compliance_topics.length > 0 && isQueue(uri)))
    return fault('Privacy webhooks go to a queue, from which they are refused.', deploy)
  if (all.some(({ uri }) => uri.startsWith('pubsub://')) && queues.pubsubSubscription === null)
    return fault(
      'Webhooks go to Google Pub/Sub, and no process reads it.',
      'Set PUBSUB_SUBSCRIPTION for the web processes.',
    )
  if (all.some(({ uri }) => uri.startsWith('arn:')) && queues.sqsQueueUrl === null)
    return fault(
      'Webhooks go to Amazon EventBridge, and no process reads its queue.',
      'Set SQS_QUEUE_URL for the web processes.',
    )
  return ok('It names this app, this address, and where webhooks and events go.')
}

const isQueue = (uri: string) => uri.startsWith('pubsub://') || uri.startsWith('arn:')

async function lookAtQueues({ queues }: Config): Promise<Finding> {
  const needed = [
    ...(queues.pubsubSubscription === null ? [] : ['@google-cloud/pubsub']),
    ...(queues.sqsQueueUrl === null ? [] : ['@aws-sdk/client-sqs']),
  ]
  if (needed.length === 0) return skipped('None is configured: webhooks come by HTTPS.')
  const missing = needed.filter((name) => !isInstalled(name))
  if (missing.length > 0) return fault(`Not installed: ${missing.join(', ')}.`, 'npm ci --include=optional')
  return ok(`Read by the web processes with ${needed.join(' and ')}.`)
}

function isInstalled(name: string): boolean {
  try {
    import.meta.resolve(name)
    return true
  } catch {
    return false
  }
}

async function lookAtBackup(file: string | null): Promise<Finding> {
  if (file === null) return skipped('BACKUP_STATUS_FILE is not set, so the age of the last backup is not known here.')
  const written = await stat(file).catch(() => null)
  if (!written)
    return fault(
      'The file of BACKUP_STATUS_FILE does not exist: no backup has ended here.',
      'Make a backup that touches it at its end.',
    )
  const hours = Math.round((Date.now() - written.mtimeMs) / HOUR_MS)
  if (Date.now() - written.mtimeMs > OLDEST_BACKUP_MS)
    return fault(`The last backup is ${hours} hours old.`, 'See why the backup of this night did not end.')
  return ok(`The last one is ${hours} hours old.`)
}
