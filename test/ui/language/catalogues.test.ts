import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { sentencesIn } from '#app/ui/language/catalogues.server.ts'
import { languages } from '#app/ui/language/languages.ts'
import { looseSentencesIn } from './loose-sentences.ts'
import { messagesOf, parametersOf, pluralCategoriesOf } from './messages.ts'
import { keyPatternsIn } from './used-keys.ts'

const english = messagesOf(sentencesIn('en').app)
const others = languages.filter((language) => language !== 'en')

function sourcesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return sourcesIn(path)
    return /\.tsx?$/.test(name) && !name.endsWith('.d.ts') ? [path] : []
  })
}

/** What programs are answered is English. */
const FOR_PROGRAMS = /^app\/routes\/agents\//

test('no page holds a sentence of its own', () => {
  const all = [...sourcesIn('app/ui'), ...sourcesIn('app/routes'), 'app/root.tsx']
  const sources = all.filter((file) => !FOR_PROGRAMS.test(file))
  expect(sources.flatMap((file) => looseSentencesIn(file))).toEqual([])
})

test('a sentence is found wherever a page can hold one', () => {
  const file = `
    const a = <p>Two words</p>
    const b = <Button accessibilityLabel="Close" />
    const c = { title: 'Settings', url: '/app/settings' }
    const d = cond ? 'Nothing was sent.' : t('card.title')
    const e = \`Sent \${count} profiles\`
    const f = <div className="ls-columns" />
    throw new Error('The log is English.')`
  expect(looseSentencesIn('page.tsx', file)).toEqual([
    'page.tsx:2 Two words',
    'page.tsx:3 Close',
    'page.tsx:4 Settings',
    'page.tsx:5 Nothing was sent.',
    'page.tsx:6 Sent 0 profiles',
  ])
})

test('every sentence is shown somewhere', () => {
  const sources = [...sourcesIn('app/ui'), ...sourcesIn('app/routes'), 'app/root.tsx']
  const patterns = sources.flatMap((file) => keyPatternsIn(file))
  expect([...english.keys()].filter((key) => !patterns.some((pattern) => pattern.test(key)))).toEqual([])
})

test('every English message can be parsed', () => {
  for (const [key, message] of english) expect(() => parametersOf(message), key).not.toThrow()
})

test.each(languages)('no message in %s has a skeleton, which the browser could not parse', (language) => {
  const messages = [...messagesOf(sentencesIn(language).app).values()]
  expect(messages.filter((message) => /::/.test(message))).toEqual([])
})

test.each(others)('%s has every message, with the same parameters, and the plural forms that it needs', (language) => {
  const translated = messagesOf(sentencesIn(language).app)
  expect([...translated.keys()].sort()).toEqual([...english.keys()].sort())
  for (const [key, message] of english) {
    const translation = translated.get(key) ?? ''
    expect(translation.trim(), key).not.toBe('')
    expect(parametersOf(translation), key).toEqual(parametersOf(message))
    for (const categories of pluralCategoriesOf(translation)) {
      const needed = new Intl.PluralRules(language).resolvedOptions().pluralCategories
      expect(
        needed.filter((category) => !categories.includes(category) && category !== 'many'),
        key,
      ).toEqual([])
    }
  }
})

test.each(others)('%s leaves no sentence in English', (language) => {
  const translated = messagesOf(sentencesIn(language).app)
  const untranslated = [...english].filter(([key, message]) => {
    return translated.get(key) === message && /\p{Ll}+\s+\p{Ll}+/u.test(message.replace(/\{[^{}]*\}/g, ''))
  })
  expect(untranslated).toEqual([])
})
