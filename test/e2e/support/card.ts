import type { FrameLocator, Locator, Page } from 'playwright-core'
import type { AdminPage } from './admin.ts'

/** A line of the card, or of another page's list, by its label on the left. Returns the text on its right. */
export function figureOf({ app }: AdminPage, label: string): Promise<string> {
  return app
    .locator('.ls-line', { has: app.getByText(label, { exact: true }) })
    .locator('dd')
    .innerText()
}

/** The button that starts a full sync. */
export function syncButton({ app }: AdminPage): Locator {
  return app.getByRole('button', { name: 'Sync customers' })
}

/** Resolves when the card says that nothing is left to do. Klaviyo's limits make that a minute for some thousands of new profiles. */
export async function untilUpToDate(app: FrameLocator | Page): Promise<void> {
  await app.getByText('Up to date').waitFor({ timeout: 200_000 })
}
