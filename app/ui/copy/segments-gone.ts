export const segmentsGoneCopy = {
  title: (names: readonly string[]) =>
    names.length === 1
      ? `The segment ${names[0]} no longer exists in Shopify`
      : `${names.length} segments no longer exist in Shopify`,
  body: (names: readonly string[]) =>
    names.length === 1
      ? 'Nobody matches it, so customers who were synced because of it no longer are. Their profiles stay in Klaviyo. Change who is synced.'
      : `Nobody matches ${listed(names)}, so customers who were synced because of them no longer are. Their profiles stay in Klaviyo. Change who is synced.`,
  action: 'Change who is synced',
} as const

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
