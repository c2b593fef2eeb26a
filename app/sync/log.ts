/** Writes one line of JSON. Ids and counts only: never an address, a name, a number to call, a key or a token. */
export function log(event: string, facts: Readonly<Record<string, string | number | boolean | null>>): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}

/** What is safe to say of an error: its kind and message, without causes, which may quote what was sent. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
