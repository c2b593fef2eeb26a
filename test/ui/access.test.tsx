import { expect, test } from 'vitest'
import { parseTokenName, shopNamedIn, tokenOf } from '#app/core/access/status-token.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import { AccessPage } from '#app/ui/access/access-page.tsx'
import { drawnHtml, textIn } from './drawn.tsx'

const HOSTILE = `<img src=x onerror=alert(1)> "'&`
const token = {
  id: '7d3f7a0e-6f0e-4b7e-9a53-0d5b0a4d5c11',
  name: HOSTILE,
  createdAt: '2026-11-20T10:00:00.000Z',
  lastUsedAt: null,
}
const page = {
  tokens: [token],
  addresses: { status: 'https://lockstep.example.com/api/status', mcp: 'https://lockstep.example.com/mcp' },
  made: null,
  making: false,
  onMake: () => {},
  onRevoke: () => {},
}

test('a token is listed with its name as it was typed, when it was made, and that it was never used', () => {
  const html = drawnHtml(<AccessPage {...page} />)
  expect(html).not.toContain('<img')
  expect(textIn(html)).toContain('&lt;img src=x onerror=alert(1)&gt;')
  expect(textIn(html)).toMatch(/Made at .*Last used at Never/)
  expect(textIn(html)).toContain('https://lockstep.example.com/mcp')
})

test('a token that was just made is shown, with the advice to copy it now', () => {
  const text = textIn(drawnHtml(<AccessPage {...page} made={{ kind: 'made', name: 'Ada', token: 'lockstep_ada_x' }} />))
  expect(text).toContain('lockstep_ada_x')
  expect(text).toContain('It is not shown again.')
})

test('with twenty tokens the page says what to do', () => {
  const text = textIn(drawnHtml(<AccessPage {...page} made={{ kind: 'too_many' }} />))
  expect(text).toContain('You have 20 tokens, as many as there can be. Revoke one first.')
})

test.each(['', '   ', 'a'.repeat(61), 'a\nb', 'a\0b', '\ud800', 'a\u202eb', '\u200b'])('%j is no name', (typed) => {
  expect(parseTokenName(typed)).toBeNull()
})

test.each([' Ada & Co ', "O'Brien", '代理店', '<b>', '🙂'])('%j is a name', (typed) => {
  expect(parseTokenName(typed)).toBe(typed.trim())
})

test('a token names its shop, and nothing else is a token', () => {
  const secret = 'A_-'.padEnd(43, 'x')
  const whole = tokenOf('a-1.myshopify.com' as ShopDomain, secret)
  expect(shopNamedIn(whole)).toBe('a-1.myshopify.com')
  for (const text of [
    '',
    'lockstep_',
    `${whole}x`,
    whole.slice(1),
    whole.replace('a-1', 'A'),
    whole.replace('a-1', '-a'),
  ])
    expect(shopNamedIn(text), text).toBeNull()
})
