import type { MembershipQuery } from '../profile/memberships.ts'

/** One of the lists that a membership snapshot reads, one after the other. */
export type SnapshotPart =
  /** Which of the segments still exist. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'members'; readonly segment: string }
  /** All contacts of companies, and then their roles. */
  | { readonly kind: 'contacts' }
  | { readonly kind: 'roles' }

/** Returns what is read to answer the query, in order. */
export function snapshotParts({ segments, places }: MembershipQuery): readonly SnapshotPart[] {
  return [
    ...(segments.length > 0 ? [{ kind: 'gone' } as const] : []),
    ...segments.map((segment) => ({ kind: 'members', segment }) as const),
    ...(places ? [{ kind: 'contacts' } as const, { kind: 'roles' } as const] : []),
  ]
}
