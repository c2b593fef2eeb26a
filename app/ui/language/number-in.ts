/** In English `1,204`. */
export function numberIn(language: string, amount: number): string {
  return new Intl.NumberFormat(language).format(amount)
}
