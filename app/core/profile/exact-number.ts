const DECIMAL = /^([+-]?)(\d*)\.?(\d*)(?:e([+-]?\d+))?$/i

/**
 * Returns the number that the text writes; the text itself if it is not a decimal number, or one that a JSON number cannot hold exactly.
 */
export function numberOrText(text: string): number | string {
  const number = Number(text)
  const digits = digitsOf(text)
  return digits !== null && digits === digitsOf(String(number)) ? number : text
}

/** Returns one text for all ways to write the same decimal number; null if it is not one. */
function digitsOf(text: string): string | null {
  const [, sign, whole, fraction, exponent] = DECIMAL.exec(text) ?? []
  if (whole === undefined || fraction === undefined || whole + fraction === '') return null
  const digits = (whole + fraction).replace(/^0+/, '')
  const significant = digits.replace(/0+$/, '')
  if (significant === '') return '0'
  const power = Number(exponent ?? 0) - fraction.length + digits.length - significant.length
  return `${sign === '-' ? '-' : ''}${significant}e${power}`
}
