import { createElement } from 'react'
import { expect, test } from 'vitest'
import { drawPage } from '#app/entry.server.tsx'

const scripts: Readonly<Record<string, string>> = {
  Latin: 'Żółćęñßøåþ',
  Greek: 'Παπαδόπουλος',
  Cyrillic: 'Достоевский',
  Hebrew: 'אברהםשלום',
  Arabic: 'محمدعبدالله',
  Devanagari: 'प्रियंकाशर्मा',
  Thai: 'สมชายใจดี',
  Chinese: '王小明李子轩',
  Korean: '김민수박지영',
  Emoji: '👩🏽‍🚀🧑‍🎤🦊',
}

/** A thousand names of each script, of all lengths, so that every letter comes to stand at the end of a buffer. */
function namesIn(script: string): string[] {
  const letters = [...(scripts[script] ?? '')]
  return Array.from({ length: 1_000 }, (_, i) => {
    return Array.from({ length: 1 + (i % 23) }, (_, j) => letters[(i + j) % letters.length]).join('')
  })
}

test.each(Object.keys(scripts))('a thousand names in %s arrive letter by letter', async (script) => {
  const names = namesIn(script)
  const list = names.map((name, i) => createElement('li', { title: `Open ${name}` }, `${name}${'.'.repeat(i % 7)}`))

  const { html } = await drawPage(createElement('ul', null, ...list))

  const items = names.map((name, i) => `<li title="Open ${name}">${name}${'.'.repeat(i % 7)}</li>`)
  expect(html).toBe(`<ul>${items.join('')}</ul>`)
})

test('a text longer than any buffer arrives letter by letter', async () => {
  for (const script of Object.keys(scripts)) {
    const text = namesIn(script).join(' ')

    expect(await drawPage(<p>{text}</p>)).toEqual({ html: `<p>${text}</p>`, failed: false })
  }
})
