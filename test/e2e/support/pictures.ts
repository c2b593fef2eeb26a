import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { AdminPage } from './admin.ts'

const SCREENSHOTS = new URL('../../../public/screenshots', import.meta.url).pathname

/**
 * Leaves a picture of the page for the documents. One that is there already stays, so that a run leaves the checkout as it was;
 * `SCREENSHOTS=1 npm run e2e` takes them all anew.
 */
export async function leavePicture({ page }: AdminPage, name: string): Promise<void> {
  const path = join(SCREENSHOTS, `${name}.png`)
  if (existsSync(path) && !process.env.SCREENSHOTS) return
  mkdirSync(SCREENSHOTS, { recursive: true })
  await page.mouse.move(0, 0) // nothing is pointed at
  await page.screenshot({ path, animations: 'disabled' })
}
