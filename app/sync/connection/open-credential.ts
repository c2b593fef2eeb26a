import type { KlaviyoAccess } from '#app/core/flow/klaviyo-access.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { type Credential, findCredential } from '#app/store/connections.ts'
import { renewableToken } from './renewable-token.ts'

/** A connection with which Klaviyo can be asked. Not to be logged, stored or kept longer than a turn. */
export interface OpenCredential extends Omit<Credential, 'stored'> {
  readonly access: KlaviyoAccess
}

/** Returns what the functions of app/klaviyo take for a stored key or token; tokens are renewed by the way. */
export function openCredential({ stored, ...connection }: Credential, clock: () => Date): OpenCredential {
  const { shop, connectedAt } = connection
  const access: KlaviyoAccess =
    stored.kind === 'key'
      ? { kind: 'key', key: stored.key }
      : {
          kind: 'oauth',
          name: `${shop} ${connectedAt.getTime()}`,
          scopes: stored.scopes,
          token: renewableToken({ shop, connectedAt }, stored, clock),
        }
  return { ...connection, access }
}

/** Returns null when Klaviyo cannot be asked: there is no connection, Klaviyo refuses it, or the app is uninstalled. */
export async function findOpenCredential(shop: ShopDomain, clock: () => Date): Promise<OpenCredential | null> {
  const credential = await findCredential(shop)
  return credential && openCredential(credential, clock)
}
