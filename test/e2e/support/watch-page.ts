import type { Page } from 'playwright-core'

/** Reports everything that a page should not do: write to the console, throw, fail to load something, or call another host than its own. */
export function watchPage(page: Page, own: readonly string[], complain: (words: string) => void): void {
  page.on('console', (message) => {
    // Remix reports a request that it breaks off itself, because the page goes elsewhere or is refreshed before the answer came.
    if (message.text().startsWith('AbortError: signal is aborted')) return
    if (['error', 'warning', 'assert'].includes(message.type())) complain(`${message.type()}: ${message.text()}`)
  })
  page.on('pageerror', (error) => complain(`uncaught: ${error.message}`))
  page.on('request', (request) => {
    const { protocol, origin } = new URL(request.url())
    if (protocol !== 'data:' && !own.includes(origin)) complain(`asked ${origin}`)
  })
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    // The page itself breaks off what it reads when it goes elsewhere.
    if (why !== 'net::ERR_ABORTED') complain(`${new URL(request.url()).pathname} failed: ${why}`)
  })
  page.on('response', (response) => {
    if (response.status() >= 400) complain(`${new URL(response.url()).pathname} answered ${response.status()}`)
  })
}
