// Who the page is for, and its session tokens. A document load loses the shop and the host from its address, so they
// are kept for as long as the tab lives.
;(() => {
  const ab = window.__ab
  const query = new URLSearchParams(location.search)

  function kept(name, otherwise) {
    const value = query.get(name) ?? sessionStorage.getItem(`app-bridge ${name}`) ?? otherwise
    sessionStorage.setItem(`app-bridge ${name}`, value)
    return value
  }

  const meta = document.querySelector('meta[name="shopify-api-key"]')
  ab.config = {
    apiKey: ab.script?.dataset.apiKey ?? meta?.content ?? '',
    shop: kept('shop', ''),
    host: kept('host', ''),
    locale: kept('locale', 'en'),
    appOrigins: [],
    disabledFeatures: [],
    debug: {},
  }

  /** From the admin page; without one around the app, from the sandbox itself. */
  ab.idToken = async () => {
    if (window.parent !== window) return ab.ask('id-token')
    return (await ab.realFetch('/sandbox/id-token')).text()
  }

  ab.realFetch = window.fetch.bind(window)

  /** The bounce page of Shopify's library has nothing in it but this script: it wants the address again, with a token. */
  async function reload(address) {
    const url = new URL(address, location.href)
    url.searchParams.set('id_token', await ab.idToken())
    location.replace(url)
  }

  const address = query.get('shopify-reload')
  if (address) {
    ab.record('reload', { address })
    void reload(address)
  }
})()
