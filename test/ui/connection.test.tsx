import { expect, test } from 'vitest'
import type { ConnectionView } from '#app/core/report/connection-view.ts'
import { defaultAudience } from '#app/core/settings/audience.ts'
import { defaultDestination } from '#app/core/settings/destination.ts'
import { connectionCopy } from '#app/ui/copy/connection.ts'
import { ConnectionSection } from '#app/ui/settings/connection-section.tsx'
import { drawnText } from './drawn.tsx'
import { givenIntegration } from './given-card.ts'

const view: ConnectionView = {
  connection: { kind: 'connected', accountName: 'Ada Boutique', connectedAt: '2026-10-01T08:00:00.000Z' },
  accountIsShared: false,
  integration: givenIntegration(),
  destination: defaultDestination,
  timeZone: 'Europe/Berlin',
  audience: defaultAudience,
  countries: [],
  sent: { fields: 0, metafields: 0 },
  loyalty: { on: false, refused: false },
  scopesNeeded: [],
}
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
      <ConnectionSection view={{ ...view, accountIsShared: shared }} actions={actions} forecast={null} />,
    )
    expect(text).toContain('Connected to Ada Boutique')
    expect(text.includes(connectionCopy.shared.title)).toBe(shared)
    expect(text.includes('one profile there')).toBe(shared)
  },
)
