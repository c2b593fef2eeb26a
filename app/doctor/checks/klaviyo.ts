import type { Config } from '#app/config.server.ts'
import { exchangeCode } from '#app/klaviyo/oauth-tokens.ts'
import { type Check, type Finding, fault, ok, skipped, warning } from '../finding.ts'

/** What Klaviyo says of the app by which merchants connect without a key. */
export function klaviyoChecks({ klaviyoOAuth, klaviyoBaseUrl, shopify }: Config): Check[] {
  return [
    { name: 'Klaviyo', isOnline: true, look: () => lookAtHost(klaviyoBaseUrl) },
    {
      name: "Klaviyo's app",
      isOnline: true,
      look: async () =>
        klaviyoOAuth === null
          ? skipped('KLAVIYO_CLIENT_ID is not set: merchants paste keys.')
          : lookAtApp(new URL('/klaviyo/callback', shopify.appUrl).href),
    },
  ]
}

async function lookAtHost(host: URL): Promise<Finding> {
  const answer = await fetch(new URL('/api/accounts', host)).catch(() => null)
  return answer
    ? ok(`${host.host} answers.`)
    : fault(`${host.host} does not answer.`, 'See whether this machine reaches the internet, and KLAVIYO_BASE_URL.')
}

/** A code that nobody was given: an app that Klaviyo knows is told so, another is refused before. */
async function lookAtApp(redirectUri: string): Promise<Finding> {
  const { kind } = await exchangeCode({ code: 'doctor', verifier: 'd'.repeat(43), redirectUri })
  if (kind === 'client_invalid')
    return fault(
      'Klaviyo does not know its id, or refuses its secret.',
      'Copy KLAVIYO_CLIENT_ID and KLAVIYO_CLIENT_SECRET again from the app at Klaviyo.',
    )
  if (kind === 'grant_invalid' || kind === 'verifier_wrong') return ok('Klaviyo accepts its id and secret.')
  return warning(`Klaviyo did not say whether it knows it (${kind}).`, 'Run the doctor again in a minute.')
}
