import { expect, test } from 'vitest'
import { computedOff, computedOn, defaultMapping, type Mapping } from '#app/core/profile/mapped-fields.ts'
import { mappingFaults } from '#app/core/profile/mapping-faults.ts'
import { TimesRows } from '#app/ui/loyalty/times-rows.tsx'
import { drawnHtml, textIn } from './drawn.tsx'

function rowsHtml(computed: Mapping['computed']): string {
  const mapping = { ...defaultMapping, computed }
  const faults = mappingFaults(mapping)
  return drawnHtml(<TimesRows mapping={mapping} faults={faults} disabled={false} update={() => undefined} />)
}

test('each time is shown with its property’s name, and with what an empty one means', () => {
  const html = rowsHtml(computedOff)
  expect(html).toContain('value="Loyalty Tier Since"')
  expect(html).toContain('value="Loyalty Last Changed At"')
  expect(textIn(html)).toContain('Empty for customers whose tier has not changed since Lockstep first saw it')
})

test('a name that is in use is a fault while the time is sent', () => {
  const named = (on: boolean) => ({ ...computedOn, tierSince: { on, name: 'loyalty_tier' } })
  const words = 'Another field'
  expect(textIn(rowsHtml(named(true)))).toContain(words)
  expect(textIn(rowsHtml(named(false)))).not.toContain(words)
})
