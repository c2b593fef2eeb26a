const whole = new Intl.NumberFormat('en-US')

/** `1,204`. */
export function count(amount: number): string {
  return whole.format(amount)
}

/** `1 profile`, `1,204 profiles`. */
export function amountOf(amount: number, noun: 'profile' | 'customer' | 'change' | 'event'): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`
}
