import { expect, test } from 'vitest'
import { soakOptions } from './options.ts'
import { soakShops } from './soak-shops.ts'

const shops = soakShops(soakOptions([]))
const count = (kind: string) => shops.filter((shop) => shop.kind === kind).length

test('of 200 shops most are small, and some are big, hang or come later', () => {
  expect([count('small'), count('big'), count('hanging'), count('newcomer')]).toEqual([154, 20, 6, 20])
  expect(new Set(shops.map(({ account }) => account)).size).toBe(200)
})

test('the biggest shop has a sixth of all changes', () => {
  const all = shops.reduce((sum, { weight }) => sum + weight, 0)

  expect(shops[0]!.weight / all).toBeCloseTo(1 / 6, 1)
  expect(shops[0]!.customers).toBe(6_000)
})

test('few shops make a small soak with every kind of shop', () => {
  const few = soakShops(soakOptions(['--shops', '12']))

  expect(new Set(few.map(({ kind }) => kind)).size).toBe(4)
  expect(few.reduce((sum, { customers }) => sum + customers, 0)).toBeLessThan(2_000)
})

test('a soak by default takes two minutes, 200 shops and 500 webhooks a second', () => {
  expect(soakOptions([])).toMatchObject({
    minutes: 2,
    shops: 200,
    webhooksPerSecond: 500,
    killEvery: 20,
    strict: false,
  })
})

test('an argument that is no number is refused in words', () => {
  expect(() => soakOptions(['--minutes', 'ten'])).toThrow('--minutes must be a number of at least 0.1, and is ten')
})
