import { type KeyboardEvent, type ReactNode, type SyntheticEvent, useId, useRef } from 'react'

/** React 18 has no type for the attribute; it makes an element that browsers draw above everything, wherever it stands. */
const ABOVE_ALL = { popover: 'manual' } as object
const EDGE_PX = 8

/** Shows more words below something while it is pointed at or has the focus. Escape hides them, and they can be pointed at as well. */
export function Hint({ words, children }: { words: string; children: ReactNode }) {
  const id = useId()
  const bubble = useRef<HTMLSpanElement>(null)

  function show({ currentTarget }: SyntheticEvent<HTMLElement>) {
    const shown = bubble.current
    if (!shown?.showPopover || shown.matches(':popover-open')) return
    shown.showPopover()
    const { left, bottom } = currentTarget.getBoundingClientRect()
    const furthest = document.documentElement.clientWidth - shown.offsetWidth - EDGE_PX
    shown.style.left = `${Math.max(EDGE_PX, Math.min(left, furthest))}px`
    shown.style.top = `${bottom}px`
  }

  function hide() {
    if (bubble.current?.matches(':popover-open')) bubble.current.hidePopover()
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is pressed here
    <span
      className="ls-hint"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard must reach the words, too
      tabIndex={0}
      aria-describedby={id}
      onPointerEnter={show}
      onPointerLeave={hide}
      onFocus={show}
      onBlur={hide}
      onKeyDown={({ key }: KeyboardEvent) => key === 'Escape' && hide()}
    >
      {children}
      <span {...ABOVE_ALL} ref={bubble} id={id} role="tooltip" className="ls-hint-words">
        {words}
      </span>
    </span>
  )
}
