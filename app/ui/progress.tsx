/** How much is done, from 0 to 1. Named by the element with the id `labelId`. */
export function Progress({ fraction, labelId }: { fraction: number; labelId: string }) {
  return <progress className="ls-progress" value={Math.round(fraction * 100)} max={100} aria-labelledby={labelId} />
}
