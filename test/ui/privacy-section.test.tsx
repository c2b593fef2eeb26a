import { expect, test } from 'vitest'
import { PrivacySection } from '#app/ui/settings/privacy-section.tsx'
import { drawnHtml } from './drawn.tsx'

const policy = 'https://example.com/privacy'

test('the operator’s privacy policy is named in Settings, in the merchant’s language', () => {
  expect(drawnHtml(<PrivacySection policy={policy} />)).toMatch(
    /href="https:\/\/example\.com\/privacy"[^>]*>Privacy policy/,
  )
  expect(drawnHtml(<PrivacySection policy={policy} />, 'de')).toContain('Datenschutzerklärung')
})

test('where the operator named none, no link leads nowhere', () => {
  expect(drawnHtml(<PrivacySection policy={null} />)).not.toContain('Privacy policy')
})
