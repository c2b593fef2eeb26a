import { globSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { languages } from '#app/ui/language/languages.ts'

const folder = new URL('../../extensions/', import.meta.url).pathname
const handles = globSync('*/locales', { cwd: folder })
  .map((path) => path.replace('/locales', ''))
  .sort()

type Texts = { readonly [key: string]: string | Texts }
const PLURALS = ['zero', 'one', 'two', 'few', 'many', 'other']

const textsOf = (handle: string, language: string) =>
  JSON.parse(
    readFileSync(`${folder}${handle}/locales/${language === 'en' ? 'en.default' : language}.json`, 'utf8'),
  ) as Texts

/** By key, the text and the names in it; a plural counts as one key. */
function entriesOf(texts: Texts, path = ''): [key: string, text: string][] {
  return Object.entries(texts).flatMap(([key, text]): [string, string][] => {
    if (typeof text === 'string') return [[`${path}${key}`, text]]
    const isPlural = Object.keys(text).every((each) => PLURALS.includes(each))
    return isPlural ? [[`${path}${key}`, String(text.other)]] : entriesOf(text, `${path}${key}.`)
  })
}

const namesIn = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort()

test.each(handles)('%s has every text in every language, with the same names, and none in English only', (handle) => {
  const english = entriesOf(textsOf(handle, 'en'))
  for (const language of languages.filter((each) => each !== 'en')) {
    const own = new Map(entriesOf(textsOf(handle, language)))
    expect([...own.keys()]).toEqual(english.map(([key]) => key))
    for (const [key, text] of english) {
      expect(namesIn(own.get(key)!), `${language} ${key}`).toEqual(namesIn(text))
      if (key === 'language') expect(own.get(key)).toBe(language)
      else expect(own.get(key), `${language} ${key}`).not.toBe(text)
    }
  }
})

test('an extension has a locale file for each language of the app, and no other', () => {
  const files = languages.map((language) => `${language === 'en' ? 'en.default' : language}.json`).sort()
  for (const handle of handles) {
    expect(globSync('*.json', { cwd: `${folder}${handle}/locales` }).sort()).toEqual(files)
  }
})
