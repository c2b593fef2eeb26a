const whole = new Intl.NumberFormat('en-US')

/** `1,204`. */
export function count(amount: number): string {
  return whole.format(amount)
}

type Noun =
  | 'profile'
  | 'new profile'
  | 'update'
  | 'customer'
  | 'change'
  | 'event'
  | 'other field'
  | 'loyalty or custom field'

/** `1 profile`, `1,204 profiles`. */
export function amountOf(amount: number, noun: Noun): string {
  return `${count(amount)} ${noun}${amount === 1 ? '' : 's'}`
}
