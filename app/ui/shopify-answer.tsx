/**
 * A response that Shopify's library threw: a step of its sign-in, with a page of its own. Its `boundary.error` renders the same,
 * but knows such an answer by a class name, which minifying changes: in the browser it would throw it once more.
 */
export function ShopifyAnswer({ html }: { html: string }) {
  // biome-ignore lint/security/noDangerouslySetInnerHtml: responses are thrown by Shopify's library only, and it writes the page
  return <div dangerouslySetInnerHTML={{ __html: html }} />
}
