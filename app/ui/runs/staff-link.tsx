import { Link } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { RunReport } from '#app/core/report/activity.ts'
import { staffInShopify } from '../pages.ts'

type Member = RunReport['startedBy']

/** Who did something, as the messages of the catalogues take it. What they enclose in `<staff>` is shown as a `StaffLink`. */
export function byWhom(member: Member): 'you' | 'staff' | 'none' {
  if (member === null) return 'none'
  return member.isYou ? 'you' : 'staff'
}

/** Part of a sentence, as a link to the admin's page about a staff member, since Lockstep knows only the number. */
export function StaffLink({ shop, member, children }: { shop: string; member: Member; children?: ReactNode }) {
  const { t } = useTranslation()
  if (member === null) return <>{children}</>
  return (
    <Link url={staffInShopify(shop, member.staff)} target="_blank" accessibilityLabel={t('runs.staffInShopify')}>
      {children}
    </Link>
  )
}
