import { expect, test } from 'vitest'
import { ConnectionSection } from '#app/ui/settings/connection-section.tsx'
import { drawnText, t } from './drawn.tsx'
import { givenSettings } from './given-settings.ts'

const actions = {
  connect: () => {},
  disconnect: () => {},
  connecting: false,
  disconnecting: false,
  outcome: { kind: 'connected', accountName: 'Ada Boutique' },
} as const

test.each([true, false])(
  'that another shop sends to the account (%s) is said beside what was connected, with what it means',
  (shared) => {
    const text = drawnText(
      <ConnectionSection view={givenSettings({ accountIsShared: shared })} actions={actions} forecast={null} />,
    )
    expect(text).toContain('Connected to Ada Boutique')
    expect(text.includes(t('connection.sharedTitle'))).toBe(shared)
    expect(text.includes('one profile there')).toBe(shared)
  },
)
