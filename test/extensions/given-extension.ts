import { readFileSync } from 'node:fs'
import { setUpExtension } from '@shopify/ui-extensions-tester'
import { Window } from 'happy-dom'
import { afterEach, vi } from 'vitest'
import { config } from '#app/config.server.ts'
import type { ShopDomain } from '#app/core/ids.ts'
import * as customer from '#app/routes/api.extension.customer.tsx'
import * as search from '#app/routes/api.extension.search.tsx'
import * as segment from '#app/routes/api.extension.segment.tsx'
import * as sync from '#app/routes/api.extension.sync.tsx'
import type { Sandbox } from '#test/support/sandbox.ts'

const folder = new URL('../../extensions/', import.meta.url).pathname
const BROWSER = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36'
/** How long a busy machine may take for what a window shows. */
export const SOON = { timeout: 20_000 }
/** Where Shopify serves extensions from. */
export const EXTENSIONS_ORIGIN = 'https://extensions.shopifycdn.com'

const routes: Readonly<Record<string, object>> = { customer, search, segment, sync }
type Handler = (args: { request: Request; params: object; context: object }) => Promise<Response>

/** Has the app's own route answer, as Remix does. */
export async function answerAt(path: string, init: RequestInit = {}): Promise<Response> {
  const address = new URL(path, config.shopify.appUrl)
  const name = address.pathname.replace('/api/extension/', '')
  const { loader, action } = routes[name] as { loader: Handler; action?: Handler }
  const request = new Request(address, init)
  const handler = request.method === 'POST' ? action! : loader
  try {
    return await handler({ request, params: {}, context: {} })
  } catch (thrown) {
    if (thrown instanceof Response) return thrown
    throw thrown
  }
}

/** The headers that the admin adds to what an extension fetches. */
export function adminHeaders(token: string | null): Record<string, string> {
  return {
    origin: EXTENSIONS_ORIGIN,
    'user-agent': BROWSER,
    ...(token !== null && { authorization: `Bearer ${token}` }),
  }
}

const realFetch = globalThis.fetch
let opened: { [Symbol.dispose](): void }[] = []

/** Closes the extensions that a test has opened. */
export function useExtensions(): void {
  afterEach(() => {
    for (const extension of opened) extension[Symbol.dispose]()
    opened = []
    globalThis.fetch = realFetch
    vi.unstubAllGlobals()
  })
}

/** An extension that is open in a shop's admin, and talks with the app's own routes. */
export function givenExtension<Target extends Parameters<typeof setUpExtension>[0]>(
  sandbox: Sandbox,
  { handle, target, domain, selected = [], language = 'en' }: GivenExtension<Target>,
) {
  vi.stubGlobal('document', new Window().document)
  const extension = setUpExtension(target, { configSearchDir: `${folder}${handle}` })
  const asked: string[] = []
  const close = vi.fn()
  let away = false
  opened.push(extension)
  // The app runs in this process too, and asks Shopify and Klaviyo by the same function.
  extension.fetch = async (path, init) => {
    if (!String(path).startsWith('/')) return realFetch(path, init)
    asked.push(String(path))
    if (away) throw new TypeError('Failed to fetch')
    const headers = adminHeaders(domain === null ? null : sandbox.shopify.idToken(domain))
    return answerAt(String(path), { ...init, headers: { ...headers, ...(init?.headers as object) } })
  }
  // The kit knows what each target has, and refuses the rest.
  const host = extension.shopify as unknown as Record<string, unknown>
  host.i18n = { translate: translatorOf(handle, language) }
  if ('data' in host) host.data = { selected: selected.map((id) => ({ id })) }
  if ('close' in host) host.close = close
  return {
    extension,
    host,
    asked,
    close,
    /** Whether the app can be reached. */
    setAway: (isAway: boolean) => {
      away = isAway
    },
    text: () => document.body.textContent ?? '',
    /** Presses the button once it can be pressed. */
    press: (label: string) =>
      vi.waitFor(() => {
        const buttons = [...document.body.querySelectorAll<HTMLElement>('s-button:not([disabled])')]
        const button = buttons.find(({ textContent }) => textContent === label)
        if (!button) throw new Error(`no button says ${label}: ${buttons.map((one) => one.textContent)}`)
        button.click()
      }, SOON),
  }
}

interface GivenExtension<Target> {
  readonly handle: string
  readonly target: Target
  /** The shop whose member of staff is signed in; null for nobody. */
  readonly domain: ShopDomain | null
  /** Global ids. */
  readonly selected?: readonly string[]
  readonly language?: string
}

type Texts = { readonly [key: string]: string | Texts }

/** Shopify's own way to translate: keys with dots, plurals by `count`, and `{{names}}`. */
function translatorOf(handle: string, language: string) {
  const file = `${folder}${handle}/locales/${language === 'en' ? 'en.default' : language}.json`
  const texts = JSON.parse(readFileSync(file, 'utf8')) as Texts
  return (key: string, values: Record<string, string | number> = {}): string => {
    const found = key.split('.').reduce<string | Texts | undefined>((at, part) => (at as Texts)?.[part], texts)
    const plural = new Intl.PluralRules(language).select(Number(values.count ?? 0))
    const text = typeof found === 'object' ? (found[plural] ?? found.other) : found
    if (typeof text !== 'string') throw new Error(`${handle} has no text ${key}`)
    return text.replace(/\{\{(\w+)\}\}/g, (_, name) => String(values[name] ?? ''))
  }
}
