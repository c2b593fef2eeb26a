import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import type { FoundApp, LoyaltyLook } from '#app/core/report/loyalty-look.ts'
import { FoundApps } from '#app/ui/mapping/found-apps.tsx'
import { drawnHtml, textIn } from './drawn.tsx'
import { givenLook, givenSmile, seenField, smileTier } from './given-look.ts'

test('the app that was found is named, with its field and the values of three customers', () => {
  const html = sectionHtml(givenLook({ apps: [givenSmile()] }))
  const text = textIn(html)
  expect(text).toContain('Looks like Smile')
  expect(text).toContain('Klaviyo property Ada Lovelace Ben Bell Cy Twombly')
  expect(text).toContain('Loyalty Tier from smile.vip_tier_name Gold Silver No value')
  expect(text).toContain('Saved at once, and sent to Klaviyo for all customers.')
  expect(html).toContain('aria-label="Use these fields of Smile"')
})

test('on a phone each value names its customer', () => {
  expect(sectionHtml(givenLook({ apps: [givenSmile()] }))).toContain('data-customer="Ada Lovelace"')
})

test('fields that are in use already are not offered again', () => {
  const fields = { ...defaultMapping, values: [smileTier] }
  const html = sectionHtml(givenLook({ apps: [givenSmile({ isMapped: true })] }), { fields })
  expect(textIn(html)).toContain('In use')
  expect(html).not.toContain('Use these fields')
})

test('with unsaved changes the fields join them, and that is said before', () => {
  const text = textIn(sectionHtml(givenLook({ apps: [givenSmile()] }), { dirty: true }))
  expect(text).toContain('Added to your unsaved changes, to be saved with them.')
})

test('fields that have joined the unsaved changes are not offered again', () => {
  const fields = { ...defaultMapping, values: [smileTier] }
  const html = sectionHtml(givenLook({ apps: [givenSmile()] }), { dirty: true, fields })
  expect(textIn(html)).toContain('Added to your unsaved changes.')
  expect(html).not.toContain('Use these fields')
  expect(textIn(html)).not.toContain('In use')
})

test('that the fields are sent at once is promised only while Klaviyo is connected and the integration is on', () => {
  const text = textIn(sectionHtml(givenLook({ apps: [givenSmile()] }), {}, false))
  expect(text).toContain('Saved at once.')
  expect(text).not.toContain('sent to Klaviyo')
})

test('of two apps both are shown', () => {
  const mage: FoundApp = givenSmile({ id: 'mage', name: 'Mage' })
  const text = textIn(sectionHtml(givenLook({ apps: [mage, givenSmile()] })))
  expect(text).toMatch(/Looks like Mage.*Looks like Smile/)
})

test('if no app is found, the page says how to map by hand', () => {
  const text = textIn(sectionHtml(givenLook()))
  expect(text).toContain('No loyalty app that Lockstep knows was found in this shop.')
  expect(text).toContain('add its values by hand below')
})

test('values that customers have and that are sent already are not asked for', () => {
  const points = seenField({ namespace: 'loyalty', key: 'points', type: 'number_integer' })
  const text = textIn(sectionHtml(givenLook({ fields: [points] })))
  expect(text).toContain('Those mapped below are sent.')
  expect(text).not.toContain('by hand')
})

test('a field that may not be read is named, with what the merchant can do', () => {
  const unreadable = [
    { namespace: 'smile', key: 'points' },
    { namespace: 'smile', key: 'link' },
  ]
  const text = textIn(sectionHtml(givenLook({ apps: [givenSmile({ unreadable })] })))
  expect(text).toContain(
    'Smile doesn’t let other apps read smile.points and smile.link. Ask Smile to let other apps read these fields, or map a tag instead.',
  )
})

test('an app none of whose fields can be read is shown without a button', () => {
  const app = givenSmile({ rows: [], samples: [], unreadable: [{ namespace: 'smile', key: 'vip_tier_name' }] })
  const html = sectionHtml(givenLook({ apps: [app] }))
  expect(textIn(html)).toContain('Smile doesn’t let other apps read smile.vip_tier_name.')
  expect(html).not.toContain('Use these fields')
})

test('an app whose fields no customer has yet says so', () => {
  expect(textIn(sectionHtml(givenLook({ apps: [givenSmile({ samples: [] })] })))).toContain(
    'None of the customers that changed last has these fields yet.',
  )
})

test('if Shopify does not answer, the page says so, and looking again is one press', () => {
  const text = textIn(sectionHtml({ kind: 'unavailable' }))
  expect(text).toContain('Shopify isn’t responding')
  expect(text).toContain('Look again')
  expect(text).not.toContain('No loyalty app')
})

type Draft = Parameters<typeof FoundApps>[0]['draft']

function sectionHtml(look: LoyaltyLook, differs: Partial<Draft> = {}, isSent = true): string {
  const nothing = () => undefined
  const draft: Draft = { fields: defaultMapping, dirty: false, disabled: false, ...differs }
  const actions = { onUse: nothing, lookAgain: nothing, looking: false }
  return drawnHtml(<FoundApps look={look} draft={draft} isSent={isSent} {...actions} />)
}
