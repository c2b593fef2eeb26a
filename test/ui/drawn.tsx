import { AppProvider } from '@shopify/polaris'
import english from '@shopify/polaris/locales/en.json' with { type: 'json' }
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { ShopClock } from '#app/ui/time/shop-clock.tsx'
import { NOON } from './given-card.ts'

/** The HTML of a part of a page as the server sends it, at noon UTC in a shop in Berlin. */
export function drawnHtml(part: ReactNode): string {
  return renderToStaticMarkup(
    <AppProvider i18n={english}>
      <ShopClock asOf={NOON} timeZone="Europe/Berlin">
        {part}
      </ShopClock>
    </AppProvider>,
  )
}

/** The visible text of some HTML. */
export function textIn(html: string): string {
  return html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&quot;', '"')
    .replace(/\s+/g, ' ')
}

export function drawnText(part: ReactNode): string {
  return textIn(drawnHtml(part))
}
