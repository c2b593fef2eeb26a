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

/** The module as a process with these keys has it. */
async function sealingWith(keys: { ENCRYPTION_KEY?: string; ENCRYPTION_KEYS?: string }) {
  vi.resetModules()
  vi.stubEnv('ENCRYPTION_KEY', keys.ENCRYPTION_KEY ?? '')
  vi.stubEnv('ENCRYPTION_KEYS', keys.ENCRYPTION_KEYS ?? '')
  const sealing: typeof import('#app/store/sealing.ts') = await import('#app/store/sealing.ts')
  vi.unstubAllEnvs()
  return sealing
}

const [OLD, NEW] = ['a'.repeat(64), 'b'.repeat(64)]

test('while two keys are set, both open, and the first seals; afterwards the old one is not needed', async () => {
  const before = await sealingWith({ ENCRYPTION_KEY: OLD })
  const both = await sealingWith({ ENCRYPTION_KEY: OLD, ENCRYPTION_KEYS: NEW })
  const after = await sealingWith({ ENCRYPTION_KEYS: NEW })
  expect(both.unseal(before.seal('pk', 'here'), 'here')).toBe('pk')
  const sealed = both.seal('pk', 'here')
  expect(after.unseal(sealed, 'here')).toBe('pk')
  expect(() => before.unseal(sealed, 'here')).toThrow('does not open')
})

test('a process that does not seal with the new key yet opens what it sealed, so that processes restart one by one', async () => {
  const first = await sealingWith({ ENCRYPTION_KEYS: `${OLD}, ${NEW}` })
  const second = await sealingWith({ ENCRYPTION_KEYS: `${NEW}, ${OLD}` })
  expect(first.unseal(second.seal('pk', 'here'), 'here')).toBe('pk')
  expect(second.unseal(first.seal('pk', 'here'), 'here')).toBe('pk')
})

test('a value says by an id which key sealed it, and the id says nothing about the key', async () => {
  const both = await sealingWith({ ENCRYPTION_KEYS: `${NEW},${OLD}` })
  const id = both.keyIdOf(both.seal('pk', 'here'))
  expect(`${id}.`).toBe(both.newestPrefix())
  expect(NEW).not.toContain(id)
  expect((await sealingWith({ ENCRYPTION_KEYS: OLD })).newestPrefix()).not.toBe(both.newestPrefix())
})

test('with ENCRYPTION_KEY alone no id is written: the release before could not open the value', async () => {
  const alone = await sealingWith({ ENCRYPTION_KEY: OLD })
  expect(alone.keyIdOf(alone.seal('pk', 'here'))).toBeNull()
  expect(alone.newestPrefix()).toBeNull()
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
