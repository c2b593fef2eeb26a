// Requests to the app carry a session token, and are repeated once with a fresh one when the app says so.
// https://shopify.dev/docs/api/app-home/apis/resource-fetching
;(() => {
  const ab = window.__ab

  async function withToken(request) {
    const headers = new Headers(request.headers)
    if (!headers.has('authorization')) headers.set('authorization', `Bearer ${await ab.idToken()}`)
    if (!headers.has('accept-language')) headers.set('accept-language', ab.config.locale)
    headers.set('x-requested-with', 'XMLHttpRequest')
    return new Request(request, { headers })
  }

  function isTheApps(request) {
    const { origin } = new URL(request.url)
    return origin === location.origin || ab.config.appOrigins.includes(origin)
  }

  window.fetch = async (input, init) => {
    const request = new Request(input, init)
    if (!isTheApps(request)) return ab.realFetch(request)
    const again = request.clone()
    const answer = await ab.realFetch(await withToken(request))
    const reauthorize = answer.headers.get('x-shopify-api-request-failure-reauthorize-url')
    if (reauthorize) {
      ab.record('reauthorize', { url: reauthorize })
      window.open(new URL(reauthorize, location.href), '_top')
    }
    if (answer.status !== 401 || !answer.headers.has('x-shopify-retry-invalid-session-request')) return answer
    ab.record('retry', { url: request.url })
    again.headers.delete('authorization')
    return ab.realFetch(await withToken(again))
  }
})()
