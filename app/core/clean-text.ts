/**
 * The text without characters that no text has: NUL, which Postgres refuses, and half a surrogate pair, for which UTF-8 has no bytes.
 * https://www.postgresql.org/docs/current/datatype-character.html
 */
export function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.replace(/\0|\p{Surrogate}/gu, '')
}
