// The admin page around the app: draws what App Bridge tells it, and hands presses back.
const byId = (id) => document.getElementById(id)
const app = byId('app')
// An app that redirects to the admin inside its frame means the whole window.
if (window.top !== window) window.top.location.href = location.href

const APP_ROOT = /^\/store\/([^/]+)\/apps\/[^/]+/
const store = location.pathname.match(APP_ROOT)?.[1] ?? ''
let links = []
let path = '/app'

function tellApp(type, detail = {}) {
  app.contentWindow.postMessage({ adminFrame: true, type, ...detail }, '*')
}

function element(tag, properties) {
  return Object.assign(document.createElement(tag), properties)
}

const told = {
  title({ title, buttons }) {
    byId('title').textContent = title || 'Lockstep'
    const drawn = buttons.map(({ label, primary, disabled, loading }, index) => {
      const onclick = () => tellApp('press-title', { index })
      return element('button', {
        textContent: label,
        className: primary ? 'primary' : '',
        disabled: disabled || loading,
        onclick,
      })
    })
    byId('title-buttons').replaceChildren(...drawn.reverse())
  },

  nav(message) {
    links = message.links
    drawNav()
  },

  location(message) {
    path = message.path
    const root = location.pathname.match(APP_ROOT)?.[0]
    if (root) history.replaceState(null, '', root + path)
    drawNav()
  },

  toast({ id, message, duration, isError, action }) {
    const toast = element('div', { id, className: isError ? 'toast error' : 'toast' })
    toast.append(element('span', { textContent: message }))
    if (action) toast.append(element('button', { textContent: action, onclick: () => tellApp('toast-action', { id }) }))
    toast.append(element('button', { textContent: '×', ariaLabel: 'Dismiss', onclick: () => dismiss(id) }))
    byId('toasts').append(toast)
    setTimeout(() => dismiss(id), duration)
  },

  'toast-hide': ({ id }) => dismiss(id),

  'save-bar'({ open, buttons = [] }) {
    byId('save-bar').hidden = !open
    byId('search').hidden = open
    const save = buttons.find(({ primary }) => primary)
    byId('save').disabled = Boolean(save?.disabled || save?.loading)
  },

  loading({ on }) {
    byId('loading').hidden = !on
  },
}

const asked = {
  'leave-confirmation': () =>
    new Promise((leaves) => {
      byId('leave').onclick = () => leaves(true)
      byId('leaving').showModal()
    }),
  'id-token': async () => (await fetch(`/sandbox/id-token?store=${store}`)).text(),
}

function drawNav() {
  const shown = links.some(({ home }) => home) ? links : [{ label: 'Lockstep', href: '/app', home: true }, ...links]
  const drawn = shown.map(({ label, href, home }) => {
    const link = element('a', { href, textContent: home ? 'Lockstep' : label })
    if (new URL(href, location.origin).pathname === path) link.setAttribute('aria-current', 'page')
    link.addEventListener('click', (event) => {
      event.preventDefault()
      tellApp('navigate', { href })
    })
    return link
  })
  byId('app-nav').replaceChildren(...drawn)
}

function dismiss(id) {
  if (!byId(id)) return
  byId(id).remove()
  tellApp('toast-dismissed', { id })
}

byId('save').addEventListener('click', () => tellApp('press-save-bar', { what: 'save' }))
byId('discard').addEventListener('click', () => tellApp('press-save-bar', { what: 'discard' }))

window.addEventListener('message', async ({ source, data }) => {
  if (source !== app.contentWindow || !data?.appBridge) return
  told[data.type]?.(data)
  if (!data.question) return
  const value = await asked[data.type]?.()
  source.postMessage({ adminFrame: true, answers: data.question, value }, '*')
})

async function open() {
  const deep = location.pathname.replace(APP_ROOT, '').replace(/^\/$/, '')
  const page = encodeURIComponent(`${deep || '/app'}${location.search}`)
  const answer = await fetch(`/sandbox/frame?store=${store}&path=${page}`)
  const { shop, url } = await answer.json()
  byId('shop').textContent = shop
  drawNav()
  app.src = url
}

void open()
