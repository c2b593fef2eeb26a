/** What an extension is told by the app: the answer, or why there is none. */
export type AppAnswer<Data> =
  | { readonly kind: 'answered'; readonly data: Data }
  /** The app did not answer, or not as it should: a repeat may help. */
  | { readonly kind: 'failed' }

/**
 * Asks the app, at a path under `/api/extension/`. The admin sends it to the app's own address, with a session token of the shop. `fields`
 * are submitted as a form; without them it is a question that changes nothing.
 */
export async function askApp<Data>(
  path: string,
  { language, query = {}, fields }: AppQuestion,
): Promise<AppAnswer<Data>> {
  const address = `/api/extension/${path}?${new URLSearchParams({ ...query, language })}`
  try {
    const body = fields && new URLSearchParams(fields)
    const answer = await fetch(address, body ? { method: 'POST', body } : {})
    return answer.ok ? { kind: 'answered', data: (await answer.json()) as Data } : { kind: 'failed' }
  } catch {
    return { kind: 'failed' }
  }
}

interface AppQuestion {
  /** The language of the extension's own texts, in which the app answers. */
  readonly language: string
  /** Ids only: an address may be kept in logs. */
  readonly query?: Readonly<Record<string, string>>
  readonly fields?: Readonly<Record<string, string>>
}
