import { Banner, BlockStack } from '@shopify/polaris'
import type { HeldSource } from '#app/core/loyalty/held-sources.ts'
import { heldCopy } from '../copy/loyalty-found.ts'
import { pages } from '../pages.ts'

/** Mapped values cannot be read any more, and Klaviyo keeps what it has. Shown until they can be, or are no longer mapped. */
export function HeldBanner({ sources }: { sources: readonly HeldSource[] }) {
  const reasons = [...Map.groupBy(sources, ({ reason }) => reason)]
  return (
    <Banner
      tone="warning"
      title={heldCopy.title(sources.map(({ source }) => source))}
      action={{ content: heldCopy.action, url: pages.mapping }}
    >
      <BlockStack gap="100">
        {reasons.map(([reason, held]) => (
          <p key={reason}>{heldCopy.why[reason](held.map(({ source }) => source).join(', '))}</p>
        ))}
        <p>{heldCopy.kept}</p>
      </BlockStack>
    </Banner>
  )
}
