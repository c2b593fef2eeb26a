import { Text } from '@shopify/polaris'
import type { ReactNode } from 'react'

interface AnnotatedProps {
  readonly title: string
  readonly about?: string
  /** Beside the title. */
  readonly badge?: ReactNode
  readonly children: ReactNode
}

/** A part of the settings, as Shopify's own: what it is about on the left, its card beside it. */
export function Annotated({ title, about, badge, children }: AnnotatedProps) {
  return (
    <section className="ls-annotated">
      <div className="ls-annotated-about">
        <div className="ls-annotated-title">
          <Text as="h2" variant="headingMd">
            {title}
          </Text>
          {badge}
        </div>
        {about && (
          <Text as="p" tone="subdued">
            {about}
          </Text>
        )}
      </div>
      <div>{children}</div>
    </section>
  )
}
