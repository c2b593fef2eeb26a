import { Banner, Page } from '@shopify/polaris'
import { failureCopy } from './copy/failures.ts'

/** Renders in place of a page that failed, inside the app's frame. */
export function PageFailed({ onRetry, retrying }: { onRetry: () => void; retrying: boolean }) {
  return (
    <Page>
      <Banner
        tone="critical"
        title={failureCopy.title}
        action={{ content: failureCopy.retry, onAction: onRetry, loading: retrying }}
      >
        <p>{failureCopy.body}</p>
      </Banner>
    </Page>
  )
}

export function PageNotFound() {
  const { title, body } = failureCopy.notFound
  return (
    <Page>
      <Banner tone="warning" title={title}>
        <p>{body}</p>
      </Banner>
    </Page>
  )
}
