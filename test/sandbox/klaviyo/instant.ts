/** Klaviyo writes instants with an offset, never with a Z (recorded answers, nickdnk/klaviyo-php-sdk). */
export function isoInstant(ms: number): string {
  return new Date(ms).toISOString().replace('Z', '+00:00')
}
