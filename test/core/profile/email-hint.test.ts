import fc from 'fast-check'
import { expect, test } from 'vitest'
import { emailAddressOf } from '#app/core/profile/email-address.ts'
import { emailHintOf } from '#app/core/profile/email-hint.ts'

test.each([
  ['ada@gmial.com', 'ada@gmail.com', ['provider']],
  ['ada@gmai.com', 'ada@gmail.com', ['provider']],
  ['ada@gmaill.com', 'ada@gmail.com', ['provider']],
  ['ada@gmail.con', 'ada@gmail.com', ['provider']],
  ['ada@gmail.cm', 'ada@gmail.com', ['provider']],
  ['ada@hotmial.com', 'ada@hotmail.com', ['provider']],
  ['ada@hotmai.de', 'ada@hotmail.de', ['provider']],
  ['ada@yaho.com', 'ada@yahoo.com', ['provider']],
  ['ada@outlok.com', 'ada@outlook.com', ['provider']],
  ['ada@icluod.com', 'ada@icloud.com', ['provider']],
  ['ada@t-onlin.de', 'ada@t-online.de', ['provider']],
  ['ada@example.con', 'ada@example.com', ['provider']],
  ['ada@example.com.', 'ada@example.com', ['dots']],
  ['ada@.example..com', 'ada@example.com', ['dots']],
  ['ada @example.com', 'ada@example.com', ['spaces']],
  ['ada@ example. com', 'ada@example.com', ['spaces']],
  ['ada@exam\u200bple.com', 'ada@example.com', ['spaces']],
  ['ada＠example.com', 'ada@example.com', ['full_width']],
  ['ａｄａ＠ｅｘａｍｐｌｅ．ｃｏｍ', 'ada@example.com', ['full_width']],
  ['ada@example。com', 'ada@example.com', ['full_width']],
  ['ada@gmail', 'ada@gmail.com', ['missing_top_level_domain']],
  ['ada@gmailcom', 'ada@gmail.com', ['missing_top_level_domain']],
  ['ada@web', 'ada@web.de', ['missing_top_level_domain']],
  ['ada@gmx', 'ada@gmx.de', ['missing_top_level_domain']],
  ['ada@examplecom', 'ada@example.com', ['missing_top_level_domain']],
  ['ada@example,com', 'ada@example.com', ['comma']],
  ['ada@gmail;com', 'ada@gmail.com', ['comma']],
  ['ada@@example.com', 'ada@example.com', ['doubled_at']],
  ['ada.gmail.com', 'ada@gmail.com', ['missing_at']],
  ['ada(at)example.com', 'ada@example.com', ['missing_at']],
  ['mailto:ada@example.com', 'ada@example.com', ['extra_text']],
  ['Ada Lovelace <ada@example.com>', 'ada@example.com', ['extra_text']],
  ['ada＠gmial,com.', 'ada@gmail.com', ['full_width', 'comma', 'dots', 'provider']],
])('%s was meant to be %s', (typed, corrected, slips) => {
  expect(emailHintOf(typed)).toEqual({ slips, corrected })
})

test.each([
  ['ada@example.com', 'it is valid'],
  ['ada@gmail.com', 'it is valid'],
  ['ada@gmx.net', 'it is valid'],
  ['ada@ymail.com', 'the provider exists'],
  ['ada@email.com', 'the provider exists'],
  ['ada@mail.com', 'the provider exists'],
  ['ada@wab.de', 'a short name is not guessed'],
  ['ada@cameroon.cm', 'the end exists'],
  ['ada@hotmail.example', 'the end may be meant'],
  ['ada.@docomo.ne.jp', 'Japanese carriers issued such addresses'],
  ['nonsense', 'nothing can be made of it'],
  ['@', 'nothing can be made of it'],
  ['ada@b@example.com', 'which half is meant is unknown'],
  ['', 'there is no address'],
  ['   ', 'there is no address'],
  [null, 'there is no address'],
] as [string | null, string][])('nothing is suggested for %s: %s', (typed) => {
  expect(emailHintOf(typed)).toBeNull()
})

test('whatever is typed, what is suggested is a valid address, and is suggested nothing further', () => {
  const parts = fc.constantFrom(
    'ada',
    '@',
    '.',
    ',',
    ' ',
    '＠',
    'gmail',
    'gmial',
    'com',
    'con',
    '<',
    '"',
    'de',
    '。',
    '-',
  )
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(parts, { maxLength: 12 }).map((all) => all.join('')),
      ),
      (typed) => {
        const hint = emailHintOf(typed)
        if (hint === null) return
        expect(emailAddressOf(hint.corrected)).toEqual({ kind: 'good', address: hint.corrected })
        expect(emailHintOf(hint.corrected)).toBeNull()
      },
    ),
    { numRuns: 3_000 },
  )
})
