import type { ReactNode } from 'react'

/** A page outside the admin, or where Polaris could not be set up: a few sentences without a frame. */
export function PlainPage({ title, children }: { title: string; children: ReactNode }) {
  return (
    <main className="ls-plain">
      <h1>{title}</h1>
      {children}
    </main>
  )
}
