// First part of the stand-in App Bridge: messages to and from the admin page around the app, and the record of them
// that tests read as window.__ab.events.
;(() => {
  const waiting = new Map()
  const listeners = new Map()
  const events = []
  let asked = 0

  function record(type, detail = {}) {
    events.push({ type, ...detail })
  }

  /** Tells the admin page something it need not answer. */
  function tell(type, detail = {}) {
    record(type, detail)
    if (window.parent !== window) window.parent.postMessage({ appBridge: true, type, ...detail }, '*')
  }

  /** Asks the admin page. */
  function ask(type, detail = {}) {
    asked += 1
    const question = asked
    return new Promise((resolve) => {
      waiting.set(question, resolve)
      window.parent.postMessage({ appBridge: true, type, question, ...detail }, '*')
    })
  }

  function on(type, listener) {
    listeners.set(type, listener)
  }

  window.addEventListener('message', ({ source, data }) => {
    if (source !== window.parent || !data?.adminFrame) return
    if (data.answers) {
      waiting.get(data.answers)?.(data.value)
      waiting.delete(data.answers)
    } else {
      listeners.get(data.type)?.(data)
    }
  })

  window.__ab = { events, record, tell, ask, on, script: document.currentScript }
})()
