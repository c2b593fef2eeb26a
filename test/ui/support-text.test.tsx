import { expect, test } from 'vitest'
import { plainSupportText } from '#app/ui/copy/plain-support-text.ts'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { languages } from '#app/ui/language/languages.ts'
import { SupportAddress, SupportText } from '#app/ui/support/support-text.tsx'
import { drawnHtml, t, textIn } from './drawn.tsx'
import { messagesOf } from './language/messages.ts'

const SENTENCE = 'If not, contact <support>support</support>.'

test.each(['https://help.example.com/?a=1&b=2', 'mailto:help@example.com'])('support leads to %s', (address) => {
  const html = drawnHtml(
    <SupportAddress.Provider value={address}>
      <SupportText>{SENTENCE}</SupportText>
    </SupportAddress.Provider>,
  )
  expect(html).toContain(`href="${address.replace('&', '&amp;')}"`)
  expect(html).toContain('target="_blank"')
  expect(textIn(html).replace(/\s+([.,])/, '$1')).toMatch(/If not, contact\s+support\./)
})

test.each(languages)('without an address the sentence names who can help, in %s', (language) => {
  const messages = messagesOf(sentencesIn(language).app)
  const named = [...messages].filter(([, message]) => message.includes('<support>'))
  expect(named.length).toBeGreaterThan(10)
  for (const [key, message] of named) {
    const text = textIn(drawnHtml(<SupportText>{message}</SupportText>, language))
    expect(text, key).toContain(messages.get('support.operator'))
    expect(text, key).not.toMatch(/support>|&lt;/)
  }
})

test('no sentence says support without the tag that leads there', () => {
  const spoken = {
    en: /contact support/i,
    de: /an den Support/,
    fr: /contactez l’assistance(?! Shopify)/i,
    es: /contacta con soporte/i,
    ja: /サポートにお問い合わせ/,
    'pt-BR': /fale com o suporte/i,
  }
  for (const language of languages) {
    const others = [...messagesOf(sentencesIn(language).app)].filter(([, message]) => spoken[language].test(message))
    expect(
      others.filter(([, message]) => !/Shopify|Klaviyo/.test(message)),
      language,
    ).toEqual([])
  }
})

test('a sentence that names no support stays as it is, and a file names the address', () => {
  expect(drawnHtml(<SupportText>Nothing is lost.</SupportText>)).toContain('Nothing is lost.')
  expect(plainSupportText(t, null, 'Nothing is lost.')).toBe('Nothing is lost.')
  expect(plainSupportText(t, 'mailto:help@example.com', SENTENCE)).toBe('If not, contact support (help@example.com).')
  expect(plainSupportText(t, null, SENTENCE)).toBe('If not, contact the person who runs Lockstep for you.')
})
