/** A number kept as its digits: Shopify's ids pass 2^53, where a JavaScript number would change the last ones. */
export class ExactNumber {
  readonly digits: string

  constructor(digits: string) {
    if (!/^\d+$/.test(digits)) throw new Error(`${digits} is not a whole number`)
    this.digits = digits
  }
}

/** JSON text like `JSON.stringify`, exact numbers written digit for digit. */
export function exactJson(value: unknown): string {
  if (value instanceof ExactNumber) return value.digits
  if (Array.isArray(value)) return `[${value.map(exactJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${exactJson(member)}`).join(',')}}`
}
