/** `7:20 PM`, where the shops of these tests are, spelled by the runtime and not by the app. */
export function clockInNewYork(at: Date): string {
  return plain(at.toLocaleTimeString('en-US', { timeZone: 'America/New_York', timeStyle: 'short' }))
}

/** `Nov 21, 2026 at 7:20 PM`. */
export function timeInNewYork(at: Date): string {
  const date = at.toLocaleDateString('en-US', { timeZone: 'America/New_York', dateStyle: 'medium' })
  return `${date} at ${clockInNewYork(at)}`
}

/** Some runtimes put a narrow space before "PM". */
function plain(text: string): string {
  return text.replace(/\s/g, ' ')
}
