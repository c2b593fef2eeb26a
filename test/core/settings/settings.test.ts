import { expect, test } from 'vitest'
import { initialChoices, parseChoice, type SettingName, settings, storedChoice } from '#app/core/settings/settings.ts'

const names = Object.keys(settings) as SettingName[]
const storedAndRead = (choice: unknown): unknown => JSON.parse(JSON.stringify(choice))

test.each(names)('%s: the choice of a merchant who never chose may be saved, and is read back as it was', (name) => {
  const initial = initialChoices[name]
  expect(parseChoice(name, initial)).toEqual(initial)
  expect(storedChoice(name, storedAndRead(initial))).toEqual(initial)
  expect(storedChoice(name, null)).toEqual(initial)
})

test.each(names)('%s: a choice in the place of itself needs no comparison', (name) => {
  const needs = (before: unknown, next: unknown) => settings[name].needsComparison(before as never, next as never)
  expect(needs(initialChoices[name], storedAndRead(initialChoices[name]))).toBe(false)
})

test.each(names.flatMap((name) => [null, 7, 'x', [], {}].map((garbage) => ({ name, garbage }))))(
  '$name: $garbage is none',
  ({ name, garbage }) => {
    expect(parseChoice(name, garbage)).toBeNull()
  },
)

test.each(names)('%s: what is added to a choice from outside is not taken', (name) => {
  expect(parseChoice(name, { ...initialChoices[name], more: true })).toBeNull()
})
