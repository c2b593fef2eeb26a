import type { StandingAsked } from '../profile/standing.ts'

/** One of the lists that a gathering reads, one after the other. */
export type GatheringPart =
  /** Which of the segments there still are. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'members'; readonly segment: string }
  /** Everybody's places in companies, and then their roles there. */
  | { readonly kind: 'contacts' }
  | { readonly kind: 'roles' }

/** What is read to know what was asked, in order. */
export function gatheringParts({ segments, places }: StandingAsked): readonly GatheringPart[] {
  return [
    ...(segments.length > 0 ? [{ kind: 'gone' } as const] : []),
    ...segments.map((segment) => ({ kind: 'members', segment }) as const),
    ...(places ? [{ kind: 'contacts' } as const, { kind: 'roles' } as const] : []),
  ]
}
