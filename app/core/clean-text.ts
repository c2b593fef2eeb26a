/**
 * Returns the text without characters that cannot be stored: NUL, which Postgres refuses, and unpaired surrogates, for which UTF-8 has no
 * bytes. https://www.postgresql.org/docs/current/datatype-character.html
 */
export function cleanText(text: string): string {
  return text.isWellFormed() && !text.includes('\0') ? text : text.replace(/\0|\p{Surrogate}/gu, '')
}
