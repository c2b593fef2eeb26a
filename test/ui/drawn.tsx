import { AppProvider } from '@shopify/polaris'
import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { I18nextProvider } from 'react-i18next'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import type { Language } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'
import { ShopClock, type ShopNow } from '#app/ui/time/shop-clock.tsx'
import { NOON } from './given-card.ts'

/** The HTML of a part of a page as the server sends it, at noon UTC in a shop in Berlin. */
export function drawnHtml(part: ReactNode, language: Language = 'en'): string {
  const sentences = sentencesIn(language)
  return renderToStaticMarkup(
    <I18nextProvider i18n={translationIn(sentences)}>
      <AppProvider i18n={sentences.polaris ?? {}}>
        <ShopClock asOf={NOON} timeZone="Europe/Berlin">
          {part}
        </ShopClock>
      </AppProvider>
    </I18nextProvider>,
  )
}

/** Translates, for tests of what a sentence says. */
export const t = translationIn(sentencesIn('en')).t

/** Noon UTC in a shop in Berlin, in English. */
export const now: ShopNow = { t, language: 'en', timeZone: 'Europe/Berlin', nowMs: Date.parse(NOON) }

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
