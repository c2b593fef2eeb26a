/**
 * Returns the content security policy of a page. `frames` is who may show it in a frame (a frame-ancestors directive). A page runs its own
 * scripts, those that carry its nonce, and App Bridge, which Shopify requires to be loaded from its CDN and which speaks to Shopify's servers:
 * https://shopify.dev/docs/api/app-bridge-library
 * Polaris sets styles on its elements, and has icons in its style sheet.
 */
export function pagePolicy({ frames, nonce }: { frames: string; nonce: string }): string {
  return [
    frames.trim().replace(/;$/, ''),
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' https://cdn.shopify.com`,
    "connect-src 'self' https://*.shopify.com https://*.shopifysvc.com",
    "style-src 'self' 'unsafe-inline' https://cdn.shopify.com",
    "img-src 'self' data: https://cdn.shopify.com",
    "font-src 'self' https://cdn.shopify.com",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
  ].join('; ')
}
