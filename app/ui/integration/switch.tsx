interface SwitchProps {
  readonly on: boolean
  /** A change is under way, or impossible: the switch keeps the keyboard focus and does nothing. */
  readonly disabled: boolean
  readonly busy: boolean
  readonly labelledBy: string
  readonly describedBy: string
  readonly onPress: () => void
}

/** Polaris has no switch; this one uses its colours. */
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
