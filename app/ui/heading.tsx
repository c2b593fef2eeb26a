import { Text } from '@shopify/polaris'

/** The heading of choices that have a legend of their own. */
export function Heading({ words }: { words: string }) {
  return (
    <Text as="span" variant="headingSm">
      {words}
    </Text>
  )
}
