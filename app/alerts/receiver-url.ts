import { config } from '#app/config.server.ts'

/** Slack's incoming webhooks: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
const SLACK_HOSTS = ['hooks.slack.com', 'hooks.slack-gov.com']
const LONGEST_URL = 2_000

/**
 * Returns the address to which alerts may be sent; null for one that is not https, carries a password, or is not Slack's where it should be.
 * An installation that allows private receivers takes any http(s) address.
 */
export function receiverUrl(kind: 'slack' | 'webhook', text: string): URL | null {
  const url = URL.parse(text.trim())
  if (!url || text.length > LONGEST_URL || url.username || url.password) return null
  if (config.alerts.allowsPrivate) return /^https?:$/.test(url.protocol) ? url : null
  if (url.protocol !== 'https:') return null
  return kind === 'webhook' || SLACK_HOSTS.includes(url.hostname) ? url : null
}
