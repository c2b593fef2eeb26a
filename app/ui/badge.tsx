/** Grey, without a tone, is what is off wherever something is off. */
export type BadgeTone = 'success' | 'info' | 'attention' | 'warning' | 'critical'

interface BadgeProps {
  readonly tone?: BadgeTone | null
  /** What the words are about, for a screen reader. */
  readonly label?: string
  readonly children: string
}

/** A state in a word or two, in Polaris' colours. Polaris' own badge brings words for every tone along. */
export function Badge({ tone = null, label, children }: BadgeProps) {
  return (
    <span className={tone ? `ls-badge ls-badge--${tone}` : 'ls-badge'}>
      {label && <span className="ls-unseen">{label}</span>}
      {label && ' '}
      {children}
    </span>
  )
}
