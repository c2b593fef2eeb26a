import { Link } from '@shopify/polaris'
import { runCopy } from '../copy/runs.ts'
import { staffInShopify } from '../pages.ts'

/** A staff member: `by you`, or a link to the admin's page about them, since Lockstep knows only the number. */
export function StaffLink({
  shop,
  member,
}: {
  shop: string
  member: { readonly staff: string; readonly isYou: boolean }
}) {
  if (member.isYou) return <>{runCopy.you}</>
  return (
    <>
      {runCopy.by}{' '}
      <Link url={staffInShopify(shop, member.staff)} target="_blank" accessibilityLabel={runCopy.staffInShopify}>
        {runCopy.staff}
      </Link>
    </>
  )
}
