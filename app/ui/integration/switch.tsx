interface SwitchProps {
  readonly on: boolean
  /** It is being turned, or cannot be: it keeps the keyboard's focus and does nothing. */
  readonly disabled: boolean
  readonly busy: boolean
  readonly labelledBy: string
  readonly describedBy: string
  readonly onPress: () => void
}

/** Polaris has no switch; this one is drawn in its colours. */
export function Switch({ on, disabled, busy, labelledBy, describedBy, onPress }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className="ls-switch"
      aria-checked={on}
      aria-disabled={disabled}
      aria-busy={busy}
      aria-labelledby={labelledBy}
      aria-describedby={describedBy}
      onClick={disabled ? undefined : onPress}
    >
      <span />
    </button>
  )
}
