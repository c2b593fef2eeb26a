import { readFileSync } from 'node:fs'
import { parse as parseToml } from 'smol-toml'
import { parseAllDocuments, parse as parseYaml } from 'yaml'

const ROOT = new URL('../../..', import.meta.url).pathname
/** The image's own command: of a recipe that names none. */
const DEFAULT_COMMAND = 'node app/web.ts'

/** A process as a recipe starts it. */
export interface RecipeProcess {
  readonly name: string
  readonly command: string
  /** The names of the variables it is given. */
  readonly variables: readonly string[]
  /** How long the host waits after SIGTERM, in seconds. */
  readonly graceSeconds: number
  /** What it may hold at most, in MB; null where the plan of the host decides. */
  readonly memoryMb: number | null
}

export interface Recipe {
  readonly file: string
  readonly processes: readonly RecipeProcess[]
}

// biome-ignore lint/suspicious/noExplicitAny: the file of another program, whose schema another test checks
type Parsed = any

export const textOf = (file: string) => readFileSync(`${ROOT}${file}`, 'utf8')
export const composeFile = () => parseYaml(textOf('deploy/compose.yaml'), { merge: true }) as Parsed
export const kubernetesObjects = () =>
  parseAllDocuments(textOf('deploy/kubernetes/lockstep.yaml')).map((document) => document.toJS() as Parsed)

const megabytes = (text: string) => Number.parseInt(text, 10)
const seconds = (text: string) => Number.parseInt(text, 10)

function compose(): RecipeProcess[] {
  const { web, worker } = composeFile().services
  return Object.entries({ web, worker }).map(([name, service]) => ({
    name,
    command: service.command?.join(' ') ?? DEFAULT_COMMAND,
    variables: Object.keys(service.environment),
    graceSeconds: seconds(service.stop_grace_period),
    memoryMb: megabytes(service.mem_limit),
  }))
}

function fly(): RecipeProcess[] {
  const fly = parseToml(textOf('deploy/fly.toml')) as Parsed
  return Object.entries<string>(fly.processes).map(([name, command]) => ({
    name,
    command,
    variables: Object.keys(fly.env),
    graceSeconds: seconds(fly.kill_timeout),
    memoryMb: megabytes(fly.vm[0].memory),
  }))
}

function render(): RecipeProcess[] {
  const { services } = parseYaml(textOf('deploy/render.yaml')) as Parsed
  return services.map((service: Parsed) => ({
    name: service.name,
    command: service.dockerCommand ?? DEFAULT_COMMAND,
    variables: service.envVars.map(({ key }: { key: string }) => key),
    graceSeconds: service.maxShutdownDelaySeconds,
    memoryMb: null,
  }))
}

function kubernetes(): RecipeProcess[] {
  const deployments = kubernetesObjects().filter(({ kind }) => kind === 'Deployment')
  return deployments.map(({ metadata, spec: { template } }) => {
    const [container] = template.spec.containers
    return {
      name: metadata.name,
      command: container.command?.join(' ') ?? DEFAULT_COMMAND,
      variables: container.env.map(({ name }: { name: string }) => name),
      graceSeconds: template.spec.terminationGracePeriodSeconds,
      memoryMb: megabytes(container.resources.limits.memory),
    }
  })
}

function systemd(file: string): RecipeProcess[] {
  const text = textOf(file)
  const set = (name: string) => new RegExp(`^${name}=(.*)$`, 'm').exec(text)![1]!
  const [, variables, command] =
    /^\/usr\/bin\/env ((?:[A-Z_]+=\S+ )*)\/opt\/lockstep\/node_modules\/node\/bin\/(.*)$/.exec(set('ExecStart'))!
  return [
    {
      name: file,
      command: command!,
      variables: [...variables!.matchAll(/([A-Z_]+)=/g)].map(([, name]) => name!),
      graceSeconds: seconds(set('TimeoutStopSec')),
      memoryMb: megabytes(set('MemoryMax')),
    },
  ]
}

export const systemdUnits = ['deploy/systemd/lockstep-web.service', 'deploy/systemd/lockstep-worker.service']

/** Every recipe in deploy/ that starts the app. */
export const recipes: readonly Recipe[] = [
  { file: 'deploy/compose.yaml', processes: compose() },
  { file: 'deploy/fly.toml', processes: fly() },
  { file: 'deploy/render.yaml', processes: render() },
  { file: 'deploy/kubernetes/lockstep.yaml', processes: kubernetes() },
  ...systemdUnits.map((file) => ({ file, processes: systemd(file) })),
]
