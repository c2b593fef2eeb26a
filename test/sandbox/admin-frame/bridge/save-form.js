// form[data-save-bar]: the save bar appears with the first change of a field, saves by submitting and discards by
// resetting. https://shopify.dev/docs/api/app-home/apis/save-bar
;(() => {
  const ab = window.__ab
  let dirty = null

  function show(form) {
    if (dirty === form) return
    dirty = form
    ab.openSaveBar = { press: (what) => (what === 'save' ? form.requestSubmit() : form.reset()) }
    ab.tell('save-bar', {
      open: true,
      id: form.id,
      buttons: [{ label: 'Save', primary: true }, { label: 'Discard' }],
      confirmDiscard: form.hasAttribute('data-discard-confirmation'),
    })
  }

  function hide(form) {
    if (dirty !== form) return
    dirty = null
    ab.openSaveBar = null
    ab.tell('save-bar', { open: false, id: form.id })
  }

  function formOf(event) {
    return event.target instanceof Element ? event.target.closest('form[data-save-bar]') : null
  }

  for (const type of ['input', 'change']) {
    document.addEventListener(type, (event) => {
      const form = formOf(event)
      if (form) show(form)
    })
  }
  for (const type of ['submit', 'reset']) {
    document.addEventListener(type, (event) => {
      const form = formOf(event)
      if (form) hide(form)
    })
  }
})()
