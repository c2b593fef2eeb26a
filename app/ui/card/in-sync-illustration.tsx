/** A drawing: a customer on the left, the profile on the right, equal line by line. */
export function InSyncIllustration() {
  return (
    <svg className="ls-illustration" viewBox="0 0 240 136" aria-hidden="true">
      <path d="m96 68h48" className="ls-illustration-tie" />
      <PersonCard x={1} />
      <PersonCard x={144} />
      <circle cx="120" cy="68" r="13" className="ls-illustration-mark" />
      <path d="m114.5 68.5 4 4 7-8" className="ls-illustration-tick" />
    </svg>
  )
}

function PersonCard({ x }: { x: number }) {
  return (
    <g transform={`translate(${x} 12)`}>
      <rect width="95" height="112" rx="12" className="ls-illustration-paper" />
      <circle cx="47.5" cy="34" r="14" className="ls-illustration-ink" />
      <rect x="22" y="60" width="51" height="7" rx="3.5" className="ls-illustration-ink" />
      <rect x="16" y="76" width="63" height="7" rx="3.5" className="ls-illustration-ink" />
      <rect x="30" y="92" width="35" height="7" rx="3.5" className="ls-illustration-ink" />
    </g>
  )
}
