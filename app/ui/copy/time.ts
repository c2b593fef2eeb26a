export const timeCopy = {
  never: 'Never',
  timesAreIn: (timeZone: string) => `Times are in your shop's time zone, ${timeZone.replaceAll('_', ' ')}.`,
}
