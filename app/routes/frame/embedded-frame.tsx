import { Link, useNavigate } from '@remix-run/react'
import { AppProvider } from '@shopify/polaris'
import { type ComponentProps, forwardRef, type ReactNode, useEffect } from 'react'
import { AppMenu } from '#app/ui/app-menu.tsx'
import { PageSkeleton } from '#app/ui/frame/page-skeleton.tsx'
import { SupportAddress } from '#app/ui/support/support-text.tsx'
import { usePageSentences, useSupportAddress } from '../language/page-sentences.ts'
import { useLeaveConfirmation } from './use-leave-confirmation.ts'
import { usePageToCome } from './use-page-to-come.ts'

/**
 * What every page inside the admin stands in: Polaris, the app's menu, and links that load no new document. Shopify's library for Remix has the same as
 * its AppProvider, with all of Polaris' English words in the script of the first page.
 */
export function EmbeddedFrame({ children }: { children: ReactNode }) {
  const sentences = usePageSentences()
  const pageToCome = usePageToCome()
  useAdminMenu()
  useLeaveConfirmation()
  return (
    <AppProvider i18n={sentences?.polaris ?? {}} linkComponent={PolarisLink}>
      <AppMenu />
      <SupportAddress.Provider value={useSupportAddress()}>
        {pageToCome === null ? children : <PageSkeleton path={pageToCome} />}
      </SupportAddress.Provider>
    </AppProvider>
  )
}

/** Goes where the merchant goes by the admin's own menu: App Bridge reports it at the link of the app's menu. */
function useAdminMenu(): void {
  const navigate = useNavigate()
  useEffect(() => {
    function follow({ target }: Event) {
      const path = target instanceof Element && target.getAttribute('href')
      if (path) navigate(path)
    }
    addEventListener('shopify:navigate', follow)
    return () => removeEventListener('shopify:navigate', follow)
  }, [navigate])
}

type PolarisLinkProps = ComponentProps<NonNullable<ComponentProps<typeof AppProvider>['linkComponent']>>

const PolarisLink = forwardRef<HTMLAnchorElement, PolarisLinkProps>(function PolarisLink(props, ref) {
  const { url, external, ...rest } = props
  return <Link {...rest} {...(external && { target: '_blank' })} to={url} ref={ref} />
})
