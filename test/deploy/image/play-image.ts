import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { type Copy, DockerfileParser, type Env, type Instruction, type JSONInstruction } from 'dockerfile-ast'

const ROOT = new URL('../../..', import.meta.url).pathname

/** What the Dockerfile makes, in a folder: no engine is needed. */
export interface PlayedImage {
  /** Its working directory, whose parent holds nothing else. */
  readonly dir: string
  readonly env: Readonly<Record<string, string>>
  readonly uid: number
  readonly command: readonly string[]
  readonly healthCheck: readonly string[]
  remove(): void
}

/** Not in the folder that tests use for temporary files: it is in the checkout, where Node would find packages that the image lacks. */
const OUTSIDE = '/tmp/lockstep-image-'

/** Steps whose result this checkout has already, made by the same command. */
const ALREADY_DONE: Readonly<Record<string, (dir: string) => void>> = {
  'npm ci --no-audit --no-fund': copyPackages,
  'npm run build': (dir) => cpSync(join(ROOT, 'build'), join(dir, 'build'), { recursive: true }),
}

/**
 * Carries out the Dockerfile's instructions in folders, one for each stage, with the files of this checkout that .dockerignore lets through.
 * Packages and pages are taken from the checkout instead of being installed and built again.
 */
export function playImage(): PlayedImage {
  const top = mkdtempSync(OUTSIDE)
  chmodSync(top, 0o755) // the image's user is another
  const stages = new Map<string, string>()
  const image = { dir: '', env: {} as Record<string, string>, uid: 0, command: [''], healthCheck: [''] }
  for (const instruction of DockerfileParser.parse(readFileSync(join(ROOT, 'Dockerfile'), 'utf8')).getInstructions()) {
    const values = instruction.getArguments().map((argument) => argument.getValue())
    switch (instruction.getInstruction()) {
      case 'FROM':
        image.dir = join(top, values[2] ?? 'image')
        stages.set(values[2] ?? 'image', image.dir)
        mkdirSync(image.dir)
        break
      case 'COPY':
        copy(instruction as Copy, image.dir, stages)
        break
      case 'RUN':
        run(instruction, image.dir)
        break
      case 'ENV':
        for (const each of (instruction as Env).getProperties()) image.env[each.getName()] = each.getValue() ?? ''
        break
      case 'USER':
        image.uid = Number.parseInt(values[0]!, 10)
        break
      case 'CMD':
        image.command = strings(instruction)
        break
      case 'HEALTHCHECK':
        image.healthCheck = JSON.parse(/CMD (\[.*\])$/s.exec(instruction.getRawArgumentsContent()!)![1]!)
        break
    }
  }
  rmSync(stages.get('build')!, { recursive: true })
  return { ...image, remove: () => rmSync(top, { recursive: true, force: true }) }
}

/** The paths that reach the engine: .dockerignore excludes everything, and names what is not excluded. */
function contextPaths(): string[] {
  const lines = readFileSync(join(ROOT, '.dockerignore'), 'utf8').split('\n')
  return lines.flatMap((line) => (line.startsWith('!') ? [line.slice(1)] : []))
}

function copy(instruction: Copy, dir: string, stages: ReadonlyMap<string, string>): void {
  const stage = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue()
  const paths = instruction.getArguments().map((argument) => argument.getValue().replace(/^\/lockstep\//, ''))
  const to = paths.pop()!
  for (const from of paths) {
    if (from === '.') for (const path of contextPaths()) cpSync(join(ROOT, path), join(dir, path), { recursive: true })
    else cpSync(join(stage ? stages.get(stage)! : ROOT, from), join(dir, to === './' ? from : to), COPIED)
  }
}

const COPIED = { recursive: true, verbatimSymlinks: true }

function run(instruction: Instruction, dir: string): void {
  const command = instruction.getRawArgumentsContent()!
  const done = ALREADY_DONE[command]
  if (done) {
    done(dir)
    return
  }
  const path = [dirname(process.execPath), process.env.PATH].join(delimiter)
  execFileSync('sh', ['-c', command], {
    cwd: dir,
    env: { ...process.env, PATH: path },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

/**
 * Links the packages' files instead of copying them, which takes a second and not minutes: the steps after this one delete files and write
 * none but npm's own list. Other hidden folders are caches of tools.
 */
function copyPackages(dir: string): void {
  const [from, to] = [join(ROOT, 'node_modules'), join(dir, 'node_modules')]
  const names = readdirSync(from).filter((name) => !name.startsWith('.') || ['.prisma', '.bin'].includes(name))
  mkdirSync(to)
  const paths = names.map((name) => join(from, name))
  const linked = spawnSync('cp', ['-al', ...paths, to], { stdio: 'ignore' })
  if (linked.status !== 0) execFileSync('cp', ['-a', ...paths, to]) // another file system
  cpSync(join(from, '.package-lock.json'), join(to, '.package-lock.json'))
}

function strings(instruction: Instruction): string[] {
  return (instruction as JSONInstruction).getJSONStrings().map((text) => text.getJSONValue())
}
