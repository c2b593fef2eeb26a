// The parts of an app that the admin draws: title bar, navigation and save bar. The elements themselves stay
// hidden; what is in them is told to the admin page, and a press there is pressed here.
;(() => {
  const ab = window.__ab
  const hidden = new CSSStyleSheet()
  hidden.replaceSync('ui-title-bar, ui-nav-menu, ui-save-bar, s-app-nav { display: none }')
  document.adoptedStyleSheets.push(hidden)

  /** An element that reports itself whenever something in it changes. */
  class Reporting extends HTMLElement {
    #observer = new MutationObserver(() => this.report())

    connectedCallback() {
      this.#observer.observe(this, { attributes: true, childList: true, subtree: true, characterData: true })
      this.report()
    }

    disconnectedCallback() {
      this.#observer.disconnect()
      this.report()
    }
  }

  function buttonsOf(element) {
    return [...element.querySelectorAll('button, a')].map((button) => ({
      label: button.textContent.trim() || button.getAttribute('aria-label') || '',
      primary: button.getAttribute('variant') === 'primary',
      breadcrumb: button.getAttribute('variant') === 'breadcrumb',
      disabled: button.hasAttribute('disabled'),
      loading: button.hasAttribute('loading') && button.getAttribute('loading') !== 'false',
    }))
  }

  function titleBar() {
    return [...document.querySelectorAll('ui-title-bar')].find((bar) => !bar.closest('ui-modal'))
  }

  class TitleBar extends Reporting {
    report() {
      if (this.closest('ui-modal')) return
      const bar = titleBar()
      ab.tell('title', { title: bar?.getAttribute('title') ?? '', buttons: bar ? buttonsOf(bar) : [] })
    }
  }

  ab.on('press-title', ({ index }) => titleBar()?.querySelectorAll('button, a')[index]?.click())

  function navLinks() {
    return [...document.querySelectorAll('ui-nav-menu a, s-app-nav a, s-app-nav s-link')]
  }

  class NavMenu extends Reporting {
    report() {
      const links = navLinks().map((link) => ({
        label: link.textContent.trim(),
        href: link.getAttribute('href'),
        home: link.getAttribute('rel') === 'home',
      }))
      ab.tell('nav', { links })
    }
  }

  ab.on('navigate', ({ href }) => {
    const link = navLinks().find((candidate) => candidate.getAttribute('href') === href)
    link?.dispatchEvent(new Event('shopify:navigate', { bubbles: true }))
  })

  class SaveBar extends Reporting {
    #open = false

    report() {
      if (this.#open) ab.tell('save-bar', { open: this.isConnected, id: this.id, buttons: buttonsOf(this) })
    }

    get showing() {
      return this.#open
    }

    async show() {
      if (this.#open) return
      this.#open = true
      ab.openSaveBar = this
      this.report()
      this.dispatchEvent(new Event('show'))
    }

    async hide() {
      if (!this.#open) return
      this.#open = false
      ab.openSaveBar = null
      ab.tell('save-bar', { open: false, id: this.id })
      this.dispatchEvent(new Event('hide'))
    }

    async toggle() {
      await (this.#open ? this.hide() : this.show())
    }

    press(what) {
      const buttons = [...this.querySelectorAll('button')]
      const save = buttons.find((button) => button.getAttribute('variant') === 'primary')
      const pressed = what === 'save' ? save : buttons.find((button) => button !== save)
      pressed?.click()
    }
  }

  ab.on('press-save-bar', ({ what }) => ab.openSaveBar?.press(what))

  customElements.define('ui-title-bar', TitleBar)
  customElements.define('ui-nav-menu', NavMenu)
  customElements.define('s-app-nav', class extends NavMenu {})
  customElements.define('ui-save-bar', SaveBar)
})()
