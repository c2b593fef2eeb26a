import type { Finding } from './finding.ts'
import type { Found } from './run-checks.ts'

const signs: Readonly<Record<Finding['state'], string>> = { ok: '✓', warning: '!', fault: '✗', skipped: '–' }

/** Returns the findings as lines to read: this installation first, then what was asked of Shopify and Klaviyo, and one line of figures. */
export function linesOf(findings: readonly Found[]): string {
  const part = (title: string, isOnline: boolean) => {
    const own = findings.filter((found) => found.isOnline === isOnline)
    return own.length === 0 ? [] : [title, ...own.flatMap(lineOf), '']
  }
  const count = (state: Finding['state']) => findings.filter((found) => found.state === state).length
  const figures = `${count('ok')} in order, ${count('warning')} to look at, ${count('fault')} wrong, ${count('skipped')} not looked at`
  return [...part('This installation', false), ...part('Shopify and Klaviyo', true), figures, ''].join('\n')
}

function lineOf({ state, check, says, mend }: Found): string[] {
  return [`  ${signs[state]} ${check}: ${says}`, ...(mend ? [`      ${mend}`] : [])]
}
