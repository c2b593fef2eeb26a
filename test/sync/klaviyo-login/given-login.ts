import { loader } from '#app/routes/klaviyo.callback.tsx'
import { beginLogin } from '#app/sync/klaviyo-login/begin-login.ts'
import { clock } from '#test/support/clock.ts'
import { type InstalledShop, KLAVIYO_APP, type Sandbox } from '#test/support/sandbox.ts'

export const redirectUri = KLAVIYO_APP.redirectUris[0]!
/** The member of staff whom session tokens of the stand-in name. */
export const userId = '42'

/** Begins a login. Returns the address of Klaviyo's page. */
export async function begun(
  { domain }: Pick<InstalledShop, 'domain'>,
  by: { userId?: string; first?: 'sync' | 'choose' } = {},
): Promise<string> {
  const outcome = await beginLogin(domain, { userId, first: 'sync', redirectUri, ...by }, clock())
  if (outcome.kind !== 'started') throw new Error(`not begun: ${outcome.kind}`)
  return outcome.address
}

/** What the app answers to a browser that Klaviyo sends back: where it goes on; null for a page that names no shop. */
export async function visited(address: string): Promise<{ status: number; to: URL | null; text: string }> {
  const request = new Request(address)
  const answer = await loader({ request, params: {}, context: {} }).catch((thrown: unknown) => thrown)
  if (!(answer instanceof Response)) throw answer
  const to = answer.headers.get('location')
  return { status: answer.status, to: to === null ? null : new URL(to), text: await answer.text() }
}

/** Begins a login, allows the app in an account, and comes back. Returns the ticket. */
export async function returned(
  { klaviyo }: Sandbox,
  shop: Pick<InstalledShop, 'domain' | 'accountId'>,
  by: Parameters<typeof begun>[1] & { accountId?: string } = {},
): Promise<string> {
  const back = klaviyo.oauth.allow(await begun(shop, by), by.accountId ?? shop.accountId)
  const ticket = (await visited(back)).to?.searchParams.get('klaviyo')
  if (!ticket) throw new Error('the return was not expected')
  return ticket
}
