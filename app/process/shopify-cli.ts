/**
 * What `shopify app dev` sets means other things than ours: its HOST is the tunnel's address. Changes `env` so that it says
 * the same in our words.
 */
export function translateShopifyCli(env: NodeJS.ProcessEnv): void {
  if (!env.HOST?.startsWith('http')) return
  env.SHOPIFY_APP_URL ??= env.HOST
  Reflect.deleteProperty(env, 'HOST')
}
