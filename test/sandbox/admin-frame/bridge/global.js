// Last part: window.shopify as an app sees it, and the app's own address told to the admin page.
// https://shopify.dev/docs/api/app-home/apis
;(() => {
  const ab = window.__ab
  const toasts = new Map()
  let toastCount = 0

  function showToast(message, options = {}) {
    toastCount += 1
    const id = `toast-${toastCount}`
    toasts.set(id, options)
    const { duration = 5000, isError = false, action } = options
    ab.tell('toast', { id, message, duration, isError, action })
    return id
  }

  ab.on('toast-action', ({ id }) => toasts.get(id)?.onAction?.())
  ab.on('toast-dismissed', ({ id }) => toasts.get(id)?.onDismiss?.())

  /** `show`, `hide` and `toggle` of the element with an id. */
  function byId(tag) {
    const call = (method) => async (id) => document.querySelector(`${tag}#${CSS.escape(id)}`)?.[method]()
    return { show: call('show'), hide: call('hide'), toggle: call('toggle') }
  }

  /** The merchant agrees at once to what is asked for. */
  async function scopes(...asked) {
    const query = new URLSearchParams([
      ['store', ab.config.shop.split('.')[0]],
      ...asked.map((scope) => ['grant', scope]),
    ])
    const answer = await ab.realFetch(`/sandbox/scopes?${query}`)
    return { required: [], ...(await answer.json()) }
  }

  async function requestScopes(asked) {
    const detail = await scopes(...asked)
    return { result: asked.every((scope) => detail.granted.includes(scope)) ? 'granted-all' : 'declined-all', detail }
  }

  /** The admin asks; the answer comes only from a merchant who leaves, and the draft goes with the page. */
  async function leaveConfirmation() {
    ab.record('leave-confirmation')
    if (ab.openSaveBar) await ab.ask('leave-confirmation')
  }

  window.shopify = {
    config: ab.config,
    origin: location.origin,
    ready: Promise.resolve(),
    environment: { mobile: false, embedded: window.parent !== window, pos: false, intent: false },
    idToken: ab.idToken,
    user: async () => ({ accountAccess: 'full' }),
    loading: (on) => ab.tell('loading', { on: on !== false }),
    toast: { show: showToast, hide: (id) => ab.tell('toast-hide', { id }) },
    modal: byId('ui-modal'),
    saveBar: { ...byId('ui-save-bar'), leaveConfirmation },
    scopes: { query: () => scopes(), request: requestScopes, revoke: async () => ({}) },
    app: { extensions: async () => [] },
    webVitals: { onReport: () => {} },
    reviews: { request: async () => ({ success: false, code: 'mobile-app', message: 'not in the sandbox' }) },
    support: {},
    intents: {},
    tools: { register: () => {} },
    resourcePicker: async () => undefined,
    picker: async () => ({ selected: Promise.resolve(undefined) }),
    setSignals: () => {},
  }

  function tellLocation() {
    ab.tell('location', { path: location.pathname, search: location.search })
  }

  for (const method of ['pushState', 'replaceState']) {
    const real = history[method].bind(history)
    history[method] = (...args) => {
      real(...args)
      tellLocation()
    }
  }
  window.addEventListener('popstate', tellLocation)
  tellLocation()
})()
