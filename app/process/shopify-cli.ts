/**
 * `shopify app dev` sets variables with other meanings: its HOST is the tunnel's address. Changes `env` to the variables that this app
 * reads.
 */
export function translateShopifyCli(env: NodeJS.ProcessEnv): void {
  if (!env.HOST?.startsWith('http')) return
  env.SHOPIFY_APP_URL ??= env.HOST
  Reflect.deleteProperty(env, 'HOST')
}
