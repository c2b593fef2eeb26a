import axe, { type AxeResults } from 'axe-core'
import type { AdminPage } from './admin.ts'

const RULES = {
  runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
  rules: { 'target-size': { enabled: true } }, // 24 px: axe leaves it out otherwise
}

/** Returns what axe finds wrong with the app's page, of any impact: the rule, where, and why. */
export async function accessibilityFaults({ page }: AdminPage): Promise<string[]> {
  const frame = page.frame('app')
  if (!frame) throw new Error('the admin shows no app')
  if (!(await frame.evaluate('"axe" in window'))) await frame.evaluate(axe.source)
  const { violations } = await frame.evaluate<AxeResults>(`axe.run(document, ${JSON.stringify(RULES)})`)
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')}: ${failureSummary?.replace(/\s+/g, ' ')}`),
  )
}
