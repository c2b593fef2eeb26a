import type { Locator } from 'playwright-core'
import type { AdminPage } from './admin.ts'

/** The merchant's switch. */
export function integrationSwitch({ app }: AdminPage): Locator {
  return app.getByRole('switch', { name: 'Integration status' })
}

/** Turns the integration off by its dialog, and waits until the last batch is settled. */
export async function turnOffBy(opened: AdminPage): Promise<void> {
  await integrationSwitch(opened).click()
  await opened.app.getByRole('button', { name: 'Turn off' }).click()
  await opened.app.getByText(/^Stopped cleanly/).waitFor()
}

/** Opens the dialog that turns the integration on. */
export async function askToTurnOn(opened: AdminPage): Promise<void> {
  await integrationSwitch(opened).click()
  await opened.app.getByRole('button', { name: 'Turn on' }).waitFor()
}

/** Chooses a radio button, or ticks a box, by its label: Polaris draws its own over the input. */
export async function choose({ app }: AdminPage, label: string): Promise<void> {
  await app.locator('label', { hasText: new RegExp(`^${label}$`) }).click()
}
