import fc from 'fast-check'
import { expect, test, vi } from 'vitest'
import { seal, unseal } from '#app/store/sealing.ts'

test('what is sealed opens at its place, whatever it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (secret, place) => {
      expect(unseal(seal(secret, place), place)).toBe(secret)
    }),
  )
})

test('a sealed value reveals nothing of its secret, and never looks the same twice', () => {
  const secret = 'pk_0123456789abcdef'
  const sealed = [seal(secret, 'connection a'), seal(secret, 'connection a')]
  expect(sealed[0]).not.toBe(sealed[1])
  for (const value of sealed) {
    expect(value).not.toContain(secret)
    expect(Buffer.from(value, 'base64url').includes(secret)).toBe(false)
  }
})

test('a sealed value that was moved to another place does not open', () => {
  const sealed = seal('pk_a', 'connection ada.myshopify.com')
  expect(() => unseal(sealed, 'connection eve.myshopify.com')).toThrow('does not open')
})

test('a sealed value of which one bit was changed does not open', () => {
  const sealed = Buffer.from(seal('pk_a', 'here'), 'base64url')
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3]! ^= 1 << (bit & 7)
    expect(() => unseal(changed.toString('base64url'), 'here')).toThrow('does not open')
  }
})

test('a sealed value that was cut short, or never was one, does not open and says so in the same words', () => {
  const sealed = seal('pk_a', 'here')
  for (let length = 0; length < sealed.length - 1; length++) {
    expect(() => unseal(sealed.slice(0, length), 'here'), `${length} letters`).toThrow(
      'What is sealed for here does not open: was ENCRYPTION_KEY changed?',
    )
  }
})

test('under another key it does not open, and the message says where to look and not what was sealed', async () => {
  const sealed = seal('pk_secret', 'connection ada.myshopify.com')
  vi.resetModules()
  vi.stubEnv('ENCRYPTION_KEY', 'f'.repeat(64))
  const other: typeof import('#app/store/sealing.ts') = await import('#app/store/sealing.ts')
  vi.unstubAllEnvs()

  const opening = () => other.unseal(sealed, 'connection ada.myshopify.com')
  expect(opening).toThrow('What is sealed for connection ada.myshopify.com does not open: was ENCRYPTION_KEY changed?')
  expect(opening).not.toThrow(/pk_secret|ffff/)
})
