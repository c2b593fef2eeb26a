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

  const scopes = async () => ({ granted: [], required: [], optional: [] })

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
    saveBar: { ...byId('ui-save-bar'), leaveConfirmation: async () => ab.record('leave-confirmation') },
    scopes: { query: scopes, request: async () => ({ result: 'granted-all' }), revoke: async () => ({}) },
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
