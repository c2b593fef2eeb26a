/** A delay as the messages of the catalogues take it: `15 minutes`, `6 hours`. */
export function delayFigures(minutes: number): { readonly delay: number; readonly unit: 'minutes' | 'hours' } {
  return minutes % 60 === 0 ? { delay: minutes / 60, unit: 'hours' } : { delay: minutes, unit: 'minutes' }
}
