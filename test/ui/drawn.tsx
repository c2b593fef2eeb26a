import { AppProvider } from '@shopify/polaris'
import type { ReactElement, ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import { renderToReadableStream } from 'react-dom/server.browser'
import { I18nextProvider } from 'react-i18next'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import type { Language } from '#app/ui/language/languages.ts'
import { translationIn } from '#app/ui/language/translation.ts'
import { ShopClock, type ShopNow } from '#app/ui/time/shop-clock.tsx'
import { NOON } from './given-card.ts'

/** The HTML of a part of a page as the server sends it, at noon UTC in a shop in Berlin. What is loaded only when it is needed is left out. */
export function drawnHtml(part: ReactNode, language: Language = 'en'): string {
  return renderToStaticMarkup(inItsFrame(part, language))
}

/** The same, with what is loaded only when it is needed. */
export async function drawnWholeHtml(part: ReactNode, language: Language = 'en'): Promise<string> {
  const stream = await renderToReadableStream(inItsFrame(part, language))
  await stream.allReady
  return new Response(stream).text()
}

function inItsFrame(part: ReactNode, language: Language): ReactElement {
  const sentences = sentencesIn(language)
  return (
    <I18nextProvider i18n={translationIn(sentences)}>
      <AppProvider i18n={sentences.polaris ?? {}}>
        <ShopClock asOf={NOON} timeZone="Europe/Berlin">
          {part}
        </ShopClock>
      </AppProvider>
    </I18nextProvider>
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
