import { expect, test } from 'vitest'
import type { LoginOutcome, LoginView } from '#app/core/report/klaviyo-login.ts'
import type { LoginActions } from '#app/ui/klaviyo-login/login-actions.ts'
import { ConnectionSection } from '#app/ui/settings/connection-section.tsx'
import { drawnText, t } from './drawn.tsx'
import { givenSettings } from './given-settings.ts'

const nothingDone: LoginActions = {
  begin: () => {},
  beginning: false,
  notBegun: null,
  ending: false,
  left: false,
  outcome: null,
  answer: () => {},
  forget: () => {},
}
const notOffered = { isOffered: false, unreturned: null }
const offered = { isOffered: true, unreturned: null }

const actions = {
  login: nothingDone,
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
      <ConnectionSection
        view={givenSettings({ accountIsShared: shared })}
        loginView={notOffered}
        actions={actions}
        forecast={null}
      />,
    )
    expect(text).toContain('Connected to Ada Boutique')
    expect(text.includes(t('connection.sharedTitle'))).toBe(shared)
    expect(text.includes('one profile there')).toBe(shared)
  },
)

const idle = { ...actions, outcome: null }
const none = { kind: 'none' } as const
const ended = {
  kind: 'refused',
  by: 'login',
  accountName: 'Ada Boutique',
  refusedAt: '2026-11-01T08:00:00.000Z',
} as const

function section(
  view: Parameters<typeof givenSettings>[0],
  loginView: LoginView,
  login: Partial<LoginActions> = {},
): string {
  const all = { ...idle, login: { ...nothingDone, ...login } }
  return drawnText(<ConnectionSection view={givenSettings(view)} loginView={loginView} actions={all} forecast={null} />)
}

test('where the operator has an app at Klaviyo, its login stands first and the key is the second way', () => {
  const text = section({ connection: none }, offered)
  for (const key of ['connect', 'how', 'useKey'] as const) expect(text).toContain(t(`klaviyoLogin.${key}`))
  expect(text).not.toContain(t('connection.whereToFind'))
})

test('where the operator has none, a key is asked for, and no login is spoken of', () => {
  const text = section({ connection: none }, notOffered)
  expect(text).toContain(t('connection.whereToFind'))
  for (const key of ['connect', 'useKey', 'useLogin'] as const) expect(text).not.toContain(t(`klaviyoLogin.${key}`))
})

test('a shop that is connected by a key is offered the login, with what it keeps', () => {
  const text = section({}, offered)
  expect(text).toContain(t('klaviyoLogin.offer.title'))
  expect(text).toContain('Profiles, metrics and history stay as they are')
  expect(section({}, notOffered)).not.toContain(t('klaviyoLogin.offer.title'))
})

test('when the app was removed in Klaviyo, the page says so, how many changes wait, and offers to reconnect', () => {
  const text = section({ connection: ended, pending: 3 }, offered)
  expect(text).toContain('Lockstep was disconnected in Klaviyo')
  expect(text).toContain('3 changes are kept and sent once you reconnect')
  expect(text).toContain('Reconnect with Klaviyo')
  expect(text).not.toContain('key to continue')
})

test('a merchant whom Klaviyo did not send back reads when that was, and whom to ask', () => {
  const text = section(
    { connection: none },
    { isOffered: true, unreturned: { since: '2026-11-01T08:00:00.000Z', first: 'sync' } },
  )
  expect(text).toContain('Klaviyo did not send you back')
  expect(text).toMatch(/You went to Klaviyo at 9:00/)
  expect(text).toContain('redirect address')
})

const outcomes: readonly [LoginOutcome, string][] = [
  [{ kind: 'consent_refused' }, 'was not allowed in Klaviyo'],
  [{ kind: 'login_failed' }, 'did not finish the login'],
  [{ kind: 'login_over' }, 'took longer than ten minutes'],
  [{ kind: 'code_refused' }, 'no longer accepts this login'],
  [{ kind: 'client_refused' }, 'You did nothing wrong'],
  [{ kind: 'klaviyo_unavailable' }, 'try again in a minute'],
  [{ kind: 'scopes_missing', scopes: ['lists:read', 'lists:write'] }, 'lists:read and lists:write were not given'],
  [{ kind: 'throttled', againAt: new Date('2026-11-01T08:00:00Z') }, 'try again at 9:00'],
  [{ kind: 'account_kept' }, 'Nothing was changed'],
  [{ kind: 'another_account', accountName: 'New', before: 'Old' }, 'Connect New instead of Old?'],
  [{ kind: 'account_shared', accountName: 'New', prefix: 'ada' }, 'Another shop already syncs to New'],
]
test.each(outcomes)('after a login that ended as %o the page says so, and what to do', (outcome, words) => {
  expect(section({ connection: none }, offered, { outcome })).toContain(words)
})

test('a merchant who began too often reads when the next login can begin', () => {
  const notBegun = { kind: 'too_many', againAt: new Date('2026-11-01T08:00:00Z') } as const
  expect(section({ connection: none }, offered, { notBegun })).toContain('You can start again at 9:00')
})
