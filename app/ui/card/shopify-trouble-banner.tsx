import { Banner } from '@shopify/polaris'
import type { SyncCard } from '#app/core/report/sync-card.ts'
import { refusedFields, shopifyTroubleCopy } from '../copy/shopify-trouble.ts'

/** Why Shopify refuses requests or withholds data. Shown until that is resolved. */
export function ShopifyTroubleBanner({ trouble }: { trouble: NonNullable<SyncCard['shopifyTrouble']> }) {
  const { title, whatToDo } = shopifyTroubleCopy[trouble.why]
  return (
    <Banner tone="critical" title={title}>
      <p>
        {whatToDo}
        {trouble.words && ` ${refusedFields(trouble.words)}`}
      </p>
    </Banner>
  )
}
