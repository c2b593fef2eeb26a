import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const ROOT = new URL('../..', import.meta.url).pathname
const guide = readFileSync(`${ROOT}docs/operating.md`, 'utf8')
const [, runbook] = /^## Runbook\n(.*?)(?=^## )/ms.exec(guide)!
const sections = [...runbook!.matchAll(/^### (\S+)\n(.*?)(?=^### |$(?![\s\S]))/gms)].map(([, name, text]) => ({
  name: name!,
  text: text!,
}))

const { groups } = parse(readFileSync(`${ROOT}deploy/monitoring/alerts.yml`, 'utf8')) as {
  groups: { rules: { alert: string; annotations: { runbook_url: string } }[] }[]
}
const alerts = groups.flatMap(({ rules }) => rules)

test('every alert has its section in the runbook, where its address leads, and every section is of an alert', () => {
  expect(sections.map(({ name }) => name)).toEqual(alerts.map(({ alert }) => alert))
  for (const { alert, annotations } of alerts)
    expect(annotations.runbook_url).toBe(`docs/operating.md#${alert.toLowerCase()}`)
})

test.each(sections)('$name says what it means, and the first three things to do', ({ text }) => {
  expect(text.trim()).toMatch(/^[A-Z]/)
  expect([...text.matchAll(/^(\d)\. /gm)].map(([, number]) => number)).toEqual(['1', '2', '3'])
})

test('the guide is in the order in which it is needed', () => {
  const order = [
    'What you need',
    'Configuration',
    'Setting up',
    'Deploying',
    'Verifying',
    'Upgrading',
    'Backup and restore',
    'Runbook',
  ]
  const headings = [...guide.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading!)
  expect(headings.filter((heading) => order.includes(heading))).toEqual(order)
})
