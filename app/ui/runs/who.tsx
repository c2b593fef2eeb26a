import { Link } from '@shopify/polaris'
import { runCopy } from '../copy/runs.ts'
import { staffInShopify } from '../pages.ts'

/** A member of staff: `by you`, or a link to who it was, since Lockstep knows a number only. */
export function Who({ shop, who }: { shop: string; who: { readonly staff: string; readonly isYou: boolean } }) {
  if (who.isYou) return <>{runCopy.you}</>
  return (
    <>
      {runCopy.by}{' '}
      <Link url={staffInShopify(shop, who.staff)} target="_blank" accessibilityLabel={runCopy.staffInShopify}>
        {runCopy.staff}
      </Link>
    </>
  )
}
