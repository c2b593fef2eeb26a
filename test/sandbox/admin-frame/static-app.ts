import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { APP_BRIDGE_ON_CDN } from './frame-pages.ts'

export interface StaticApp {
  readonly origin: string
  /** The authorization headers of the calls to `/api`, in order. */
  readonly tokens: (string | undefined)[]
  /** Answers this many calls with 401 and the header that asks for a fresh token. */
  refuseTokens(times: number): void
  close(): Promise<void>
}

const POLICY = "frame-ancestors https://ada.myshopify.com https://admin.shopify.com; object-src 'none'"

/** The smallest embedded app: plain HTML with App Bridge from Shopify's address, and one JSON call. */
export async function startStaticApp(): Promise<StaticApp> {
  const tokens: (string | undefined)[] = []
  let refusals = 0
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0]
    if (path === '/api') {
      tokens.push(request.headers.authorization)
      const refused = refusals-- > 0
      if (refused) response.writeHead(401, { 'x-shopify-retry-invalid-session-request': '1' }).end()
      else
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ method: request.method }))
    } else {
      answerPage(path ?? '/', request, response)
    }
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    tokens,
    refuseTokens(times) {
      refusals = times
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function answerPage(path: string, request: IncomingMessage, response: ServerResponse): void {
  switch (path) {
    case '/bounce': // what Shopify's library answers to a page without a good id_token
      response.writeHead(200, htmlHeaders).end(`<script data-api-key="key" src="${APP_BRIDGE_ON_CDN}"></script>`)
      break
    case '/to-admin':
      response.writeHead(302, { location: 'https://admin.shopify.com/store/ada/apps/key' }).end()
      break
    case '/bytes':
      response.writeHead(200, { 'content-type': 'text/plain', 'x-host': request.headers.host }).end(APP_BRIDGE_ON_CDN)
      break
    default:
      response.writeHead(200, htmlHeaders).end(page(path))
  }
}

const htmlHeaders = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': POLICY,
  link: `<${APP_BRIDGE_ON_CDN}>; rel="preload"; as="script", </style.css>; rel="preload"; as="style"`,
}

const page = (path: string) => `<!doctype html><html><head>
<script src="${APP_BRIDGE_ON_CDN}" data-api-key="key"></script>
<style>body { font: 14px system-ui; padding: 16px } .card { background: #fff; border-radius: 12px; padding: 16px }</style>
</head><body>
<ui-nav-menu><a href="/app" rel="home">Lockstep</a><a href="/app/customers">Customers</a><a href="/app/settings">Settings</a></ui-nav-menu>
<ui-title-bar title="Page ${path}"><button variant="primary" onclick="document.title = 'synced'">Sync now</button><button>Help</button></ui-title-bar>
<div class="card"><h1>${path} · Grüße</h1>
<form data-save-bar onsubmit="event.preventDefault(); document.title = 'saved ' + this.key.value"><input name="key" aria-label="Key"></form>
<p id="answer"></p></div>
<ui-save-bar id="bar"><button variant="primary" onclick="document.title = 'bar saved'"></button><button onclick="shopify.saveBar.hide('bar')"></button></ui-save-bar>
<ui-modal id="sure"><p>All of it?</p><ui-title-bar title="Reset"><button variant="primary" onclick="document.title = 'reset'; shopify.modal.hide('sure')">Reset now</button></ui-title-bar></ui-modal>
<script>
addEventListener('shopify:navigate', (event) => { history.pushState({}, '', event.target.getAttribute('href')); document.querySelector('h1').textContent = location.pathname })
async function call(options) {
  const answer = await fetch('/api', options)
  document.querySelector('#answer').textContent = answer.status + ' ' + JSON.stringify(await answer.json())
}
</script></body></html>`
