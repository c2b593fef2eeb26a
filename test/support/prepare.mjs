// node prepare.mjs [command …]: makes a fresh clone ready (packages when they are missing or older than the lockfile, the Prisma client,
// the built pages), then runs the command on the packages' Node. What tools put into temporary folders and caches goes into .data/.
// Runs on any Node that npm runs on, so it is plain JavaScript and uses nothing that is not in Node.
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
  run('npm', ['ci', '--loglevel=error']) // what it warns of is this Node, which is not the one we run on
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

/** Runs the command in our place: a signal that reaches us reaches it, and we end as it does. */
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

/** Milliseconds; 0 for what is not there. */
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
