// node --import ./test/sandbox/redirect-shopify.mjs …: the product's requests to Shopify go to the stand-in.
import process from 'node:process'
import { redirectShopify } from './redirect.ts'

const origin = process.env.SANDBOX_SHOPIFY_ORIGIN

if (process.env.NODE_ENV === 'production') throw new Error('redirect-shopify.mjs has no business in production')
if (!origin) throw new Error('SANDBOX_SHOPIFY_ORIGIN says where the stand-in Shopify listens, and is not set')

redirectShopify(origin)
