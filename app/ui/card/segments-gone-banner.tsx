import { Banner } from '@shopify/polaris'
import { segmentsGoneCopy } from '../copy/segments-gone.ts'
import { pages } from '../pages.ts'

/** Who is synced is said by a segment that is no longer there. It goes away when the rules no longer name it. */
export function SegmentsGoneBanner({ names }: { names: readonly string[] }) {
  return (
    <Banner
      tone="warning"
      title={segmentsGoneCopy.title(names)}
      action={{ content: segmentsGoneCopy.action, url: pages.who }}
    >
      <p>{segmentsGoneCopy.body(names)}</p>
    </Banner>
  )
}
