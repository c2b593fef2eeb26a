export const segmentsGoneCopy = {
  title: (names: readonly string[]) =>
    names.length === 1
      ? `The segment ${names[0]} no longer exists in Shopify`
      : `${names.length} segments no longer exist in Shopify`,
  body: (names: readonly string[]) =>
    names.length === 1
      ? 'It matches no customers, so customers who were synced because of it are no longer synced. Their profiles stay in Klaviyo. Change the audience in Settings.'
      : `No customers match ${listed(names)}, so customers who were synced because of them are no longer synced. Their profiles stay in Klaviyo. Change the audience in Settings.`,
  action: 'Change audience',
} as const

function listed(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
