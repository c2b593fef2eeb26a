import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'

const ROOT = new URL('../../..', import.meta.url).pathname
const git = (...args: string[]) => execFileSync('git', args, { cwd: ROOT, encoding: 'utf8' }).trim()

export interface Release {
  readonly commit: string
  /** The migrations that came with the commit after it. */
  readonly before: readonly string[]
}

/** Returns the commits before the last changes of the main line that brought migrations, the newest first. */
export function releasesBeforeMigrations(count: number): Release[] {
  const format = ['--format=%x00%H', '--name-only', '--diff-filter=A']
  const log = git('log', '--first-parent', '-m', ...format, '--', 'prisma/migrations')
  const changes = log.split('\0').slice(1, count + 1)
  return changes.map((change) => {
    const [commit, ...files] = change.split('\n').filter((line) => line !== '')
    const before = files.flatMap((file) => /migrations\/([^/]+)\/migration\.sql$/.exec(file)?.[1] ?? [])
    return { commit: git('rev-parse', '--short', `${commit}^`), before }
  })
}

/** Returns a folder with the release, installed and built as on a host. One that an earlier drill built is used again. */
export function buildRelease({ commit }: Release): string {
  const dir = join(ROOT, '.data', 'releases', commit)
  if (existsSync(join(dir, 'build', 'server', 'index.js'))) return dir
  rmSync(dir, { recursive: true, force: true })
  mkdirSync(dir, { recursive: true })
  const archive = execFileSync('git', ['archive', commit], { cwd: ROOT, maxBuffer: 512 * 1024 * 1024 })
  execFileSync('tar', ['-x'], { cwd: dir, input: archive })
  for (const args of [
    ['ci', '--loglevel=error'],
    ['run', '--silent', 'build'],
  ])
    npm(dir, args)
  return dir
}

/** Each release brings the Node that it was tested with. */
function npm(dir: string, args: readonly string[]): void {
  const env = { ...process.env }
  for (const name of ['NODE_ENV', 'VITEST']) Reflect.deleteProperty(env, name)
  env.PATH = [join(dir, 'node_modules', '.bin'), dirname(process.execPath), env.PATH].join(delimiter)
  execFileSync('npm', args, { cwd: dir, env, stdio: ['ignore', 'ignore', 'inherit'] })
}
