// ui-modal: an overlay over the app, with the title and the buttons of the ui-title-bar inside it.
;(() => {
  const ab = window.__ab

  const FRAME = `
    <style>
      :host { display: none }
      :host([open]) { display: grid; position: fixed; inset: 0; width: auto; height: auto; margin: 0; padding: 0; border: 0;
        place-items: center; background: rgb(0 0 0 / 50%) }
      [role=dialog] { width: min(620px, calc(100vw - 32px)); max-height: 90vh; overflow: auto; background: #fff; border-radius: 12px;
        box-shadow: 0 8px 40px rgb(0 0 0 / 30%); font: 450 13px/20px Inter, system-ui, sans-serif; color: #303030 }
      header { display: flex; justify-content: space-between; align-items: center; padding: 12px 16px; background: #f3f3f3;
        font-weight: 650; font-size: 14px }
      footer { display: flex; justify-content: flex-end; gap: 8px; padding: 16px; border-top: 1px solid #ebebeb }
      footer:empty { display: none }
      button { font: inherit; font-weight: 550; padding: 4px 12px; border: 0; border-radius: 8px; background: #fff;
        box-shadow: 0 0 0 1px #ccc; cursor: pointer }
      button.primary { background: #303030; color: #fff; box-shadow: none }
      button.primary.critical { background: #c70a24 }
      header button { box-shadow: none; background: none; font-size: 18px }
    </style>
    <div role="dialog" aria-modal="true">
      <header><span></span><button type="button" aria-label="Close">×</button></header>
      <div><slot></slot></div>
      <footer></footer>
    </div>`

  class Modal extends HTMLElement {
    #content = null

    constructor() {
      super()
      this.attachShadow({ mode: 'open' }).innerHTML = FRAME
      this.shadowRoot.querySelector('header button').addEventListener('click', () => this.hide())
    }

    /** Where React puts the modal's children. Made when asked for, so that hydration finds the page as it was sent. */
    get content() {
      if (!this.#content) {
        this.#content = document.createElement('div')
        this.append(this.#content)
      }
      return this.#content
    }

    async show() {
      if (this.hasAttribute('open')) return
      this.#dress()
      this.setAttribute('open', '')
      // The admin draws a modal over everything, wherever in the page it stands.
      this.popover = 'manual'
      this.showPopover()
      ab.tell('modal', { open: true, id: this.id })
      this.dispatchEvent(new Event('show'))
    }

    async hide() {
      if (!this.hasAttribute('open')) return
      this.removeAttribute('open')
      this.popover = null
      ab.tell('modal', { open: false, id: this.id })
      this.dispatchEvent(new Event('hide'))
    }

    async toggle() {
      await (this.hasAttribute('open') ? this.hide() : this.show())
    }

    #dress() {
      const bar = this.querySelector('ui-title-bar')
      const title = bar?.getAttribute('title') ?? ''
      this.shadowRoot.querySelector('header span').textContent = title
      this.shadowRoot.querySelector('[role=dialog]').setAttribute('aria-label', title)
      const buttons = [...(bar?.querySelectorAll('button') ?? [])].map((button) => twinOf(button))
      this.shadowRoot.querySelector('footer').replaceChildren(...buttons.reverse())
    }
  }

  /** A button in the dialog that presses the app's own. */
  function twinOf(button) {
    const twin = document.createElement('button')
    twin.type = 'button'
    twin.textContent = button.textContent
    twin.className = `${button.getAttribute('variant') ?? ''} ${button.getAttribute('tone') ?? ''}`
    twin.disabled = button.hasAttribute('disabled')
    twin.addEventListener('click', () => button.click())
    return twin
  }

  customElements.define('ui-modal', Modal)
})()
