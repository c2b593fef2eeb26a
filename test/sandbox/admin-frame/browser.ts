import { type Browser, type BrowserContext, chromium } from 'playwright-core'

/** Chromium as the tests need it. CHROMIUM_PATH says where it is when it is not Debian's. */
export async function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      // Or the public https admin may not frame an app on localhost: ERR_BLOCKED_BY_LOCAL_NETWORK_ACCESS_CHECKS.
      '--disable-features=LocalNetworkAccessChecks',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

/** Shopify's library answers 410 to a user agent that owns up to being headless. */
export async function newBrowserContext(browser: Browser): Promise<BrowserContext> {
  const version = browser.version().split('.')[0]
  return browser.newContext({
    viewport: { width: 1280, height: 800 },
    userAgent: `Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`,
  })
}
