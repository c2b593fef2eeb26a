import { UnstyledLink } from '@shopify/polaris'
import { useEffect, useRef } from 'react'

interface LinkTabsProps {
  /** What the tabs choose between, for a screen reader. */
  readonly label: string
  readonly tabs: readonly { readonly id: string; readonly content: string; readonly url: string }[]
  readonly selected: string
}

/**
 * Tabs that are pages with an address each. Where there is no room for all, they scroll, begin at the selected one, and a shadow at the
 * edge shows that there are more. Polaris' Tabs hide the rest in a menu, which is no tab and may not be among them.
 */
export function LinkTabs({ label, tabs, selected }: LinkTabsProps) {
  const current = useRef<HTMLLIElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is selected
  useEffect(() => {
    const tab = current.current
    const row = tab?.parentElement
    if (tab && row) row.scrollLeft = tab.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2
  }, [selected])
  return (
    <nav aria-label={label}>
      <ul className="ls-tabs">
        {tabs.map(({ id, content, url }) => (
          <li key={id} ref={id === selected ? current : undefined}>
            <UnstyledLink className="ls-tab" url={url} aria-current={id === selected ? 'page' : undefined}>
              {content}
            </UnstyledLink>
          </li>
        ))}
      </ul>
    </nav>
  )
}
