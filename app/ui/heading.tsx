import { Text } from '@shopify/polaris'

/** The heading of choices that have a legend of their own. */
export function Heading({ words }: { words: string }) {
  return (
    <Text as="span" variant="headingSm">
      {words}
    </Text>
  )
}

/** The heading of a part of a page. */
export function SectionHeading({ words }: { words: string }) {
  return (
    <Text as="h2" variant="headingSm">
      {words}
    </Text>
  )
}
