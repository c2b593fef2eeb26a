interface SwitchProps {
  readonly on: boolean
  /** A change is under way, or impossible: the switch keeps the keyboard focus and does nothing. */
  readonly disabled: boolean
  readonly busy: boolean
  /** It is on, and yet nothing is sent: it must not look as if all were well. */
  readonly held: boolean
  readonly labelledBy: string
  readonly describedBy: string
  readonly onPress: () => void
}

/** Polaris has no switch; this one uses its colours. */
export function Switch({ on, disabled, busy, held, labelledBy, describedBy, onPress }: SwitchProps) {
  return (
    <button
      type="button"
      role="switch"
      className={held ? 'ls-switch ls-switch--held' : 'ls-switch'}
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
