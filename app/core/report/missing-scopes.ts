/** What a merchant who connected by OAuth did not allow, and which feature is off because of it. */
export type MissingScope = 'data-privacy:write' | 'events:write'

const optional: readonly MissingScope[] = ['data-privacy:write', 'events:write']

/** Returns what a connection may not do at Klaviyo. Nothing for a key: its scopes are not known, and were probed when it was connected. */
export function missingScopes(connection: { readonly scopes: readonly string[] | null } | null): MissingScope[] {
  const granted = connection?.scopes ?? null
  return granted === null ? [] : optional.filter((scope) => !granted.includes(scope))
}
