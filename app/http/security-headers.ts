import type { ServerResponse } from 'node:http'
import { config } from '#app/config.server.ts'

const POLICY = 'content-security-policy'
/** What an answer that is no page may do in a browser: nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'"
/** Hosts of Shopify's own developers, which its library names in every policy. */
const DEVELOPMENT_HOSTS = /\s+https:\/\/(\*\.spin\.dev|admin\.myshopify\.io|admin\.shop\.dev)(?=[\s;]|$)/g
const YEAR_SECONDS = 365 * 24 * 60 * 60

/** What every answer says, unless it says otherwise itself. */
const usual: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  // Shopify puts a token into the address of a page, which no other site is to learn.
  'referrer-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  ...(config.shopify.appUrl.protocol === 'https:' && { 'strict-transport-security': `max-age=${YEAR_SECONDS}` }),
}

/** Adds them to an answer, whoever gives it: pages, assets, APIs, webhooks and errors. */
export function addSecurityHeaders(response: ServerResponse): void {
  const write = response.writeHead
  response.writeHead = (...args: unknown[]) => {
    for (const [name, value] of Object.entries(usual)) if (!response.hasHeader(name)) response.setHeader(name, value)
    response.setHeader(POLICY, policyOf(response))
    return Reflect.apply(write, response, args)
  }
}

function policyOf(response: ServerResponse): string {
  const policy = response.getHeader(POLICY)
  if (policy === undefined) return NO_PAGE
  const own = String(policy).replace(DEVELOPMENT_HOSTS, '')
  return own.includes('frame-ancestors') ? own : `${own}; frame-ancestors 'none'`
}
