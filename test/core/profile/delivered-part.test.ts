import { expect, test } from 'vitest'
import { canonicalProfile } from '#app/core/profile/canonical-profile.ts'
import { deliveredPart } from '#app/core/profile/delivered-part.ts'
import { fieldNamesOf } from '#app/core/profile/field-names.ts'
import { fieldValuesOf } from '#app/core/profile/live-fields.ts'
import type { Profile } from '#app/core/profile/profile.ts'

const sent: Profile = {
  email: 'ada@example.com',
  first_name: 'Ada',
  location: { city: 'London', zip: 'N1' },
  properties: { tags: ['a', 'b'], points: 250.5, vip: false, 'a.b': 'c' },
}
const inKlaviyo = (more: readonly [string, unknown][] = []) => new Map([...fieldValuesOf(sent), ...more])
const textOf = (values: ReturnType<typeof inKlaviyo>) => canonicalProfile(deliveredPart(values, fieldNamesOf(sent)))

test('what Klaviyo has as it was sent has the text that was sent, whatever else the profile has', () => {
  expect(textOf(inKlaviyo())).toBe(canonicalProfile(sent))
  expect(
    textOf(
      inKlaviyo([
        ['title', 'Dr'],
        ['location.region', 'X'],
        ['properties.theirs', 1],
      ]),
    ),
  ).toBe(canonicalProfile(sent))
})

test('any change of a field that was sent changes the text', () => {
  const changes: [string, unknown][] = [
    ['first_name', 'Eve'],
    ['location.city', undefined],
    ['properties.points', '250.5'],
    ['properties.tags', ['b', 'a']],
    ['properties.vip', undefined],
  ]
  for (const change of changes) expect(textOf(inKlaviyo([change])), change[0]).not.toBe(canonicalProfile(sent))
})
