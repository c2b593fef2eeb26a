import { readFileSync } from 'node:fs'
import { parse } from 'smol-toml'

export interface WebhookSubscription {
  readonly topics?: readonly string[]
  readonly compliance_topics?: readonly string[]
  readonly uri: string
  readonly include_fields?: readonly string[]
}

/** The parts of shopify.app.toml that say what Shopify sends to the app, and where. */
export interface AppToml {
  readonly access_scopes: { readonly scopes: string; readonly optional_scopes?: readonly string[] }
  readonly webhooks: { readonly subscriptions: readonly WebhookSubscription[] }
  readonly events: { readonly api_version: string; readonly subscription: readonly Readonly<Record<string, unknown>>[] }
}

const text = readFileSync(new URL('../../../../shopify.app.toml', import.meta.url), 'utf8')

export const appToml = parse(text) as unknown as AppToml
