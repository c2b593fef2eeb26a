import { Text } from '@shopify/polaris'

/** Of choices that bring a legend of their own, in the weight of the headings beside it. */
export function Heading({ words }: { words: string }) {
  return (
    <Text as="span" variant="headingSm">
      {words}
    </Text>
  )
}
