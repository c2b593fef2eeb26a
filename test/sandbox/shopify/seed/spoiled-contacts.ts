import { pick, type Random } from '../random.ts'

const spoilers: readonly ((local: string, domain: string) => string)[] = [
  (local, domain) => `${local}${domain}`, // the @ forgotten
  (local, domain) => `${local}@@${domain}`,
  (local, domain) => `.${local}@${domain}`,
  (local, domain) => `${local}(x)@${domain}`,
  (local) => `${local}@example`,
  (local) => `${local}@example,com`,
  (local, domain) => `${local} x@${domain}`,
  (local, domain) => `<${local}@${domain}>`,
  (local) => `${local}@`,
  (local, domain) => `${local}@${domain}.`,
]

/** An address that is none, in one of the ways shops are full of. */
export function malformedEmail(random: Random, local: string, domain: string): string {
  return pick(random, spoilers)(local, domain)
}

const badPhones = ['12345', '+49', 'n/a', '+999 12 34 56', '0000000000', 'call after 6'] as const

export function badPhone(random: Random): string {
  return pick(random, badPhones)
}

/** `#` in a pattern becomes the customer's own digits, from the right. */
export function phoneFrom(pattern: string, number: number): string {
  let left = number
  return pattern
    .split('')
    .reverse()
    .map((sign) => {
      if (sign !== '#') return sign
      const digit = left % 10
      left = Math.floor(left / 10)
      return String(digit)
    })
    .reverse()
    .join('')
}
