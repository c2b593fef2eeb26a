export type Write = (value: unknown) => string

// Enough to see whether values recur, and few enough to forget when they do not.
const TRIAL = 5000

/**
 * Writes an object or a list once for all customers who share it: records are never changed in place, so the same
 * object is the same text. Gives up on values that turn out to be each customer's own.
 */
export function remembering(write: Write): Write {
  let texts: WeakMap<object, string> | null = new WeakMap()
  let met = 0
  let kept = 0
  return (value) => {
    if (texts === null || typeof value !== 'object' || value === null) return write(value)
    met++
    const known = texts.get(value)
    if (known !== undefined) return known
    const text = write(value)
    texts.set(value, text)
    kept++
    if (kept > TRIAL && kept * 2 > met) texts = null
    return text
  }
}
