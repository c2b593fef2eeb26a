// node prepare.mjs [command …]: prepares a fresh clone (packages when they are missing or older than the lockfile, the Prisma client, the
// built pages), then runs the command with the Node of the packages. Temporary files and caches go into .data/. Runs on any Node that npm
// runs on, so it is plain JavaScript and uses only what is in Node.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname
const temporary = join(root, '.data', `tmp-${process.pid}`)
process.chdir(root)
mkdirSync(temporary, { recursive: true })
Object.assign(process.env, { TMPDIR: temporary, XDG_CACHE_HOME: join(root, '.data', 'cache'), CHECKPOINT_DISABLE: '1' })

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json'))
  run('npm', ['ci', '--loglevel=error']) // its warnings are about this Node, which is not the one we run on
else if (
  !existsSync('node_modules/.prisma/client/schema.prisma') ||
  changedAt('node_modules/.prisma/client/schema.prisma') < changedAt('prisma/schema.prisma')
)
  run('npm', ['run', 'postinstall'])
if (changedAt('build/server/index.js') < newestIn('app', 'public', 'vite.config.ts', 'package-lock.json'))
  run('npm', ['run', 'build'])
const [command, ...args] = process.argv.slice(2)
if (command) runToTheEnd(command, args)
else rmSync(temporary, { recursive: true, force: true })

/** Runs the command, passes signals on to it, and exits as it does. */
function runToTheEnd(command, args) {
  const path = [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter)
  const child = spawn(command, args, { stdio: 'inherit', env: { ...process.env, PATH: path } })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code, signal) => {
    rmSync(temporary, { recursive: true, force: true })
    process.exit(code ?? 128 + constants.signals[signal])
  })
}

function run(command, args) {
  const env = { ...process.env }
  delete env.NODE_ENV // npm leaves the development packages out when it says production
  const ended = spawnSync(command, args, { stdio: 'inherit', env })
  if (ended.status !== 0) process.exit(ended.status ?? 1)
}

/** The time of the last change in milliseconds; 0 if the path does not exist. */
function changedAt(path) {
  return existsSync(path) ? statSync(path).mtimeMs : 0
}

function newestIn(...paths) {
  return Math.max(
    ...paths.map((path) => {
      if (!existsSync(path)) return 0
      if (!statSync(path).isDirectory()) return changedAt(path)
      return newestIn(...readdirSync(path).map((name) => join(path, name)))
    }),
    0,
  )
}
