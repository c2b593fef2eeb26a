import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import type { StandInShopify } from '#test/sandbox/shopify/server.ts'

const KID = 'test-key'
const pair = () => generateKeyPairSync('rsa', { modulusLength: 3072 })
const own = pair()

// Imported before any module of the app: the configuration is read once.
process.env.SHOPIFY_APP_PRIVATE_KEY = own.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
process.env.SHOPIFY_APP_KEY_ID = KID

const jwkOf = ({ publicKey }: ReturnType<typeof pair>): JsonWebKey => ({
  ...publicKey.export({ format: 'jwk' }),
  kid: KID,
})

/** The operator enters the app's public key in the Dev Dashboard, or by mistake another one. */
export function enterAppKey(shopify: StandInShopify, which: 'own' | 'other' = 'own'): void {
  shopify.assertions.register(jwkOf(which === 'own' ? own : pair()))
}
