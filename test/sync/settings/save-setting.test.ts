import { expect, test } from 'vitest'
import { defaultMapping } from '#app/core/profile/mapped-fields.ts'
import { type Choices, initialChoices, type SettingName } from '#app/core/settings/settings.ts'
import { saveSetting } from '#app/sync/settings/save-setting.ts'
import { givenAudience, leavingOut, wanting } from '#test/core/settings/given-audience.ts'
import { clock } from '#test/support/clock.ts'
import { rowsIn } from '#test/support/rows.ts'
import { givenConnectedShop, type InstalledShop, useSandbox } from '#test/support/sandbox.ts'
import { versionOf } from '#test/support/settings.ts'
import { mapped } from '../mapping/given-mapped-shop.ts'

const sandbox = useSandbox({ bulkDurationMs: 5, jobMs: 5 })

const COLUMNS = [
  'audience',
  'mapping',
  'destination',
  'loyalty',
  'sync_delay_ms',
  'nightly_reconcile',
  'hourly_check',
  'alerts',
] as const
type Column = (typeof COLUMNS)[number]

interface Case<Choice> {
  /** Two choices that differ. The first makes other profiles than that of a merchant who never chose, if any choice does. */
  readonly choices: readonly [Choice, Choice]
  /** Whether all customers are compared when the first is saved. */
  readonly compares: boolean
  /** What the shop's row holds then. */
  held(choice: Choice): Partial<Record<Column, unknown>>
  readonly invalid: readonly unknown[]
}

const mappingTo = (name: string) => ({ ...defaultMapping, values: [mapped('points', name)] })
const { destination, loyalty } = initialChoices

const cases: { readonly [Name in SettingName]: Case<Choices[Name]> } = {
  audience: {
    choices: [givenAudience(wanting('vip')), givenAudience(leavingOut('staff'))],
    compares: true,
    held: (audience) => ({ audience }),
    invalid: [
      givenAudience({ tags: { anyOf: ['a'], noneOf: ['A'] } }),
      givenAudience(wanting('x'.repeat(10_000))),
      givenAudience(wanting('\u0000')),
    ],
  },
  mapping: {
    choices: [mappingTo('Points'), mappingTo('Balance')],
    compares: true,
    held: (mapping) => ({ mapping }),
    invalid: [
      mappingTo('$email'),
      { ...defaultMapping, values: [mapped('points', 'a'), mapped('tier', 'a')] },
      mappingTo(' '),
      mappingTo('x'.repeat(10_000)),
    ],
  },
  destination: {
    choices: [
      { ...destination, existing: 'leave' },
      { ...destination, mostNew: 5 },
    ],
    compares: true,
    held: (destination) => ({ destination }),
    invalid: [{}, { ...destination, mostNew: 0 }, { ...destination, more: true }],
  },
  loyalty: {
    choices: [
      { ...loyalty, on: true },
      { ...loyalty, on: true, recorded: ['points'] },
    ],
    compares: true,
    held: (loyalty) => ({ loyalty }),
    invalid: [
      { ...loyalty, on: true, recorded: 'points' },
      { ...loyalty, on: true, recorded: [] },
      { ...loyalty, on: true, points: null, tier: null },
    ],
  },
  syncing: {
    choices: [
      { syncDelayMs: 60_000, nightlyReconcile: false, hourlyCheck: true, holdAbovePercent: 30 },
      { syncDelayMs: 0, nightlyReconcile: true, hourlyCheck: false, holdAbovePercent: 30 },
    ],
    compares: false,
    held: ({ syncDelayMs, nightlyReconcile, hourlyCheck }) => ({
      sync_delay_ms: syncDelayMs,
      nightly_reconcile: nightlyReconcile,
      hourly_check: hourlyCheck,
    }),
    invalid: [{ syncDelayMs: 1, nightlyReconcile: true, hourlyCheck: false, holdAbovePercent: 30 }, { syncDelayMs: 0 }],
  },
  alerts: {
    choices: [
      { ...initialChoices.alerts, silenced: ['run_failed'], quiet: { from: 22 * 60, to: 7 * 60 } },
      { ...initialChoices.alerts, stillMinutes: 5, weekly: true },
    ],
    compares: false,
    held: (alerts) => ({ alerts }),
    invalid: [
      { ...initialChoices.alerts, silenced: ['rain'] },
      { ...initialChoices.alerts, stillMinutes: 4 },
      { ...initialChoices.alerts, issuesPercent: 0.5 },
      { ...initialChoices.alerts, quiet: { from: 60, to: 60 } },
      { ...initialChoices.alerts, quiet: { from: 60, to: 1440 } },
    ],
  },
}
const names = Object.keys(cases) as SettingName[]

const save = ({ domain }: Pick<InstalledShop, 'domain'>, name: SettingName, version: number, choice: unknown) =>
  saveSetting(domain, name, { version, choice, now: clock() })

async function rowOf({ domain }: Pick<InstalledShop, 'domain'>) {
  const columns = [...COLUMNS, 'settings_version', 'comparison_asked_at', 'mapping_forgotten', 'loyalty_changed_at']
  const [row] = await rowsIn(sandbox.databaseUrl, `select ${columns.join(', ')} from shop where domain = $1`, [domain])
  return row
}

test.each(names)('%s: what is saved is stored, and nothing else of the settings', async (name) => {
  const given = await givenConnectedShop(sandbox)
  const { choices, compares, held }: Case<unknown> = cases[name]
  const before = await rowOf(given)
  const version = await versionOf(given)
  expect(await save(given, name, version, choices[0])).toEqual({ kind: 'saved', setting: name, compares })
  expect(await rowOf(given)).toMatchObject({
    ...Object.fromEntries(COLUMNS.map((column) => [column, before[column]])),
    ...held(choices[0]),
    settings_version: version + 1,
    comparison_asked_at: compares ? expect.any(Date) : null,
  })
})

test.each(names)('%s: saving what is in force compares no customers', async (name) => {
  const given = await givenConnectedShop(sandbox)
  for (const compares of [cases[name].compares, false])
    expect(await save(given, name, await versionOf(given), cases[name].choices[0])).toMatchObject({ compares })
})

test.each(names)(
  '%s: of two that save on the same page, the second is refused and nothing of it is stored',
  async (name) => {
    const given = await givenConnectedShop(sandbox)
    const { choices, held }: Case<unknown> = cases[name]
    const version = await versionOf(given)
    const answers = await Promise.all(choices.map((choice) => save(given, name, version, choice)))
    expect(answers.map(({ kind }) => kind).sort()).toEqual(['saved', 'stale'])
    const winner = choices[answers[0]?.kind === 'saved' ? 0 : 1]
    expect(await rowOf(given)).toMatchObject({ ...held(winner), settings_version: version + 1 })
  },
)

test.each(names.flatMap((name) => [7, null, ...cases[name].invalid].map((invalid, i) => ({ name, invalid, i }))))(
  '$name: an invalid choice ($i) is not saved, and nothing is half written',
  async ({ name, invalid }) => {
    const given = await givenConnectedShop(sandbox)
    const before = await rowOf(given)
    const version = await versionOf(given)
    expect(await save(given, name, version, invalid)).toEqual({ kind: 'invalid', setting: name })
    expect(await rowOf(given)).toEqual(before)
  },
)

test.each(names)('%s: an outdated page changes nothing, nor does one of a shop that is not known', async (name) => {
  const given = await givenConnectedShop(sandbox)
  const before = await rowOf(given)
  const [choice] = cases[name].choices
  const stranger = 'stranger.myshopify.com' as InstalledShop['domain']
  expect(await save(given, name, (await versionOf(given)) - 1, choice)).toEqual({ kind: 'stale' })
  expect(await save({ domain: stranger }, name, 0, choice)).toEqual({ kind: 'stale' })
  expect(await rowOf(given)).toEqual(before)
})
