import { config } from '#app/config.server.ts'
import { authenticate } from '#app/shopify.server.ts'
import { welcomeShop } from '#app/sync/connection/welcome-shop.ts'
import { clock } from './clock.ts'
import type { InstalledShop, Sandbox } from './sandbox.ts'

const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'

/** The merchant opens the app, after a removal as well: Shopify issues a token, and the installation is recorded. */
export async function reopenApp(sandbox: Sandbox, { domain }: Pick<InstalledShop, 'domain'>): Promise<void> {
  const page = `${config.shopify.appUrl.origin}/app?${sandbox.shopify.embeddedUrlParams(domain)}`
  await authenticate.admin(new Request(page, { headers: { 'user-agent': BROWSER } }))
  await welcomeShop(domain, clock())
}
