/** Writes one line of JSON to stdout. Ids and counts only: never an email address, a name, a phone number, a key or a token. */
export function log(event: string, facts: Readonly<Record<string, string | number | boolean | null>>): void {
  process.stdout.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`)
}

/** The part of an error that may be logged: its name and message, without causes, which may quote what was sent. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error)
}
