export type ScopeAnswer = 'granted' | 'declined' | 'unavailable'

/** Asks the merchant for an optional scope, in a dialog of Shopify's; not if it was granted before. */
export async function askForScope(scope: string): Promise<ScopeAnswer> {
  const scopes = window.shopify?.scopes
  if (!scopes) return 'unavailable'
  try {
    const { granted } = await scopes.query()
    if (granted.includes(scope)) return 'granted'
    const { result } = await scopes.request([scope])
    return result === 'granted-all' ? 'granted' : 'declined'
  } catch {
    return 'unavailable' // App Bridge throws if the admin does not answer
  }
}
