import { appToml } from './app-toml.ts'

/** One `[[events.subscription]]` of shopify.app.toml. */
export interface EventSubscription {
  readonly handle: string
  /** The path under the app's address that its deliveries go to. */
  readonly uri: string
  /** `namespace.key` of the customer metafields whose changes it hears of. */
  readonly metafields: ReadonlySet<string>
}

// 1 to 50 letters, digits, hyphens and underscores. https://shopify.dev/docs/apps/build/events
const HANDLE = /^[\w-]{1,50}$/
const TRIGGER = /^customer\.metafield\(namespace: '([\w-]+)', key: '([\w-]+)'\)\.value$/
const KNOWN_KEYS = ['handle', 'topic', 'actions', 'triggers', 'uri']

/**
 * Reads the subscriptions as Shopify does at a deploy, and throws at what it would refuse or what the stand-in could not act on: it
 * sends ids only, so a subscription has no `query`, and it knows the changes of customers' metafields only.
 */
export function eventSubscriptionsIn(blocks: readonly Readonly<Record<string, unknown>>[]): EventSubscription[] {
  const subscriptions = blocks.map(subscriptionOf)
  const handles = subscriptions.map(({ handle }) => handle)
  const twice = handles.find((handle, index) => handles.indexOf(handle) !== index)
  if (twice !== undefined) throw new Error(`two event subscriptions have the handle ${twice}`)
  return subscriptions
}

/** What Lockstep subscribes to, in every shop alike: there is no such list for one shop in API version 2026-10. */
export const eventSubscriptions: readonly EventSubscription[] = eventSubscriptionsIn(appToml.events.subscription)

function subscriptionOf(block: Readonly<Record<string, unknown>>): EventSubscription {
  const { handle, topic, actions, triggers, uri } = block
  const fail = (reason: string) => new Error(`event subscription ${String(handle)}: ${reason}`)
  const unknown = Object.keys(block).find((key) => !KNOWN_KEYS.includes(key))
  if (unknown !== undefined) throw fail(`${unknown} is not supported`)
  if (typeof handle !== 'string' || !HANDLE.test(handle)) throw fail('the handle is not valid')
  if (topic !== 'Customer') throw fail('the topic is not Customer')
  if (JSON.stringify(actions) !== '["update"]') throw fail('the actions are not ["update"]')
  if (typeof uri !== 'string' || !uri.startsWith('/')) throw fail('the uri is not a path')
  // An update without triggers would be refused: https://shopify.dev/changelog/updates-to-events-payloads-and-subscription-configuration
  if (!Array.isArray(triggers) || triggers.length === 0) throw fail('it has no triggers')
  const names = triggers.map((trigger: unknown) => {
    const [, namespace, key] = TRIGGER.exec(String(trigger)) ?? []
    if (!namespace || !key) throw fail(`${String(trigger)} is not a trigger`)
    return `${namespace}.${key}`
  })
  return { handle, uri, metafields: new Set(names) }
}
