/** The words in the paths of Klaviyo's API. Whatever else is in a path is an id. */
const WORDS: ReadonlySet<string> = new Set([
  ...['api', 'oauth', 'accounts', 'data-privacy-deletion-jobs', 'events', 'import-errors', 'lists', 'metrics'],
  ...['profile-bulk-import-jobs', 'profile-import', 'profile-merge', 'profiles', 'relationships', 'revoke', 'token'],
])

/** Returns what a request does, such as `GET /api/lists/:id`, with nothing in it that could be an id or a value. */
export function operationOf({ method, path }: { readonly method: string; readonly path: string }): string {
  const steps = path.split('?')[0]!.split('/').slice(1)
  return `${method} /${steps.map((step) => (WORDS.has(step) ? step : ':id')).join('/')}`
}
