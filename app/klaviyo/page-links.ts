/** Returns only the path of a link to another page: the host stays the configured one. Null if there is no such page. */
export function pathOf(link: string | null | undefined): string | null {
  if (!link) return null
  const url = new URL(link, 'https://a.klaviyo.com')
  return url.pathname + url.search
}
