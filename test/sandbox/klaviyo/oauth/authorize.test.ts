import { expect, test } from 'vitest'
import { app, givenApp } from './given-app.ts'

test('the page names the app’s scopes and leads back with a code and the state unchanged', async () => {
  const { address } = await givenApp()

  const page = await fetch(address())
  const answer = address().replace('/authorize?', '/authorize/answer?')
  const back = await fetch(`${answer}&account=XYZ789&answer=allow`, { redirect: 'manual' })

  expect(await page.text()).toContain('<li>profiles:write</li>')
  const location = new URL(back.headers.get('location')!)
  expect(back.status).toBe(302)
  expect(location.origin + location.pathname).toBe(app.redirectUris[0])
  expect(location.searchParams.get('state')).toBe('a state & more')
  expect(location.searchParams.get('code')).toMatch(/^code_/)
})

test('a person who refuses comes back with access_denied and no code', async () => {
  const { klaviyo, address } = await givenApp()

  const { searchParams } = new URL(klaviyo.oauth.refuse(address()))

  expect([searchParams.get('error'), searchParams.get('code')]).toEqual(['access_denied', null])
  expect(searchParams.get('state')).toBe('a state & more')
})

test.each([
  ['an unknown app', { client_id: 'stranger' }],
  ['a redirect URI that is not registered letter by letter', { redirect_uri: `${app.redirectUris[0]}/` }],
  ['a scope that is not registered', { scope: 'accounts:read segments:read' }],
  ['no accounts:read', { scope: 'profiles:read' }],
  ['no challenge', { code_challenge: undefined }],
  ['a plain challenge', { code_challenge_method: 'plain' }],
  ['another response type', { response_type: 'token' }],
])('with %s there is an error page, and nobody is sent back', async (_what, changes) => {
  const { klaviyo, address } = await givenApp()

  const page = await fetch(address(changes), { redirect: 'manual' })

  expect([page.status, page.headers.get('location')]).toEqual([400, null])
  expect(() => klaviyo.oauth.allow(address(changes), 'ABC123')).toThrow('error page')
})

test('plain http is taken for this machine', async () => {
  const { address } = await givenApp()
  expect((await fetch(address({ redirect_uri: app.redirectUris[1] }))).status).toBe(200)
})
