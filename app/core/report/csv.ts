/** Excel takes a file for UTF-8 only if it begins with this. */
export const BYTE_ORDER_MARK = '\ufeff'

/** What a spreadsheet takes for the beginning of a formula. https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[\s\u200b\ufeff]*[=+\-@\t\r|%＝＋－＠]/

/** Returns one line of a file of comma-separated values, with its end. No cell of it is run as a formula, and none breaks the line. */
export function csvLine(cells: readonly (string | null)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

/** A cell that begins like a formula gets an apostrophe, by which spreadsheets take it for text. */
function csvCell(text: string | null): string {
  if (text === null || text === '') return ''
  const safe = FORMULA.test(text) ? `'${text}` : text
  return /[",\r\n\t;']/.test(safe) || safe !== safe.trim() ? `"${safe.replaceAll('"', '""')}"` : safe
}
