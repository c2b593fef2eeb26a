import { Banner } from '@shopify/polaris'
import { segmentsGoneCopy } from '../copy/segments-gone.ts'
import { pages } from '../pages.ts'

/** A rule names a segment that was deleted in Shopify. Shown until no rule names it. */
export function SegmentsGoneBanner({ names }: { names: readonly string[] }) {
  return (
    <Banner
      tone="warning"
      title={segmentsGoneCopy.title(names)}
      action={{ content: segmentsGoneCopy.action, url: pages.audience }}
    >
      <p>{segmentsGoneCopy.body(names)}</p>
    </Banner>
  )
}
