import { Button, Text } from '@shopify/polaris'
import { ArrowLeftIcon } from '@shopify/polaris-icons'
import type { ReactNode } from 'react'

interface AppPageProps {
  readonly title: string
  /** What the page shows, in a sentence. */
  readonly subtitle?: string
  /** The page above this one; a page of the menu has none. */
  readonly back?: { readonly content: string; readonly url: string }
  /** What the page is there to do: a button beside its title. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

/**
 * A page inside the admin, which is the document's main landmark. Polaris' own Page is none, and brings menus, a popover and text fields
 * along: 9 KB of the first page's script.
 */
export function AppPage({ title, subtitle, back, action, children }: AppPageProps) {
  return (
    <main className="ls-page">
      <header className="ls-page-head">
        {back && <Button variant="tertiary" icon={ArrowLeftIcon} url={back.url} accessibilityLabel={back.content} />}
        <div className="ls-page-title">
          <Text as="h1" variant="headingLg">
            {title}
          </Text>
          {subtitle && (
            <Text as="p" variant="bodySm" tone="subdued">
              {subtitle}
            </Text>
          )}
        </div>
        {action && <div className="ls-page-action">{action}</div>}
      </header>
      {children}
    </main>
  )
}
