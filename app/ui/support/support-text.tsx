import { Link } from '@shopify/polaris'
import { createContext, useContext } from 'react'
import { useTranslation } from 'react-i18next'

/** Where merchants reach the operator's support: an https or mailto address (SUPPORT_URL); null if the operator named none. */
export const SupportAddress = createContext<string | null>(null)

/**
 * A sentence that may name support: a link to it, or, where there is none, who else can help. In the catalogues the words that lead there
 * stand in a tag: `contact <support>support</support>`.
 */
export function SupportText({ children }: { children: string }) {
  const { t } = useTranslation()
  const address = useContext(SupportAddress)
  const [before, words, after] = children.split(/<\/?support>/)
  if (!words) return children
  return (
    <>
      {before}
      {address ? (
        <Link url={address} target="_blank">
          {words}
        </Link>
      ) : (
        t('support.operator')
      )}
      {after}
    </>
  )
}
