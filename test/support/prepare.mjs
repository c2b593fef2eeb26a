// Makes a fresh clone ready: packages when they are missing or older than the lockfile, the Prisma client, the built pages.
// Runs on any Node that npm runs on, so it is plain JavaScript and uses nothing that is not in Node.
import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

const root = new URL('../..', import.meta.url).pathname
process.chdir(root)

if (changedAt('node_modules/.package-lock.json') < changedAt('package-lock.json')) run('npm', ['ci'])
else if (
  !existsSync('node_modules/.prisma/client/schema.prisma') ||
  changedAt('node_modules/.prisma/client/schema.prisma') < changedAt('prisma/schema.prisma')
)
  run('npm', ['run', 'postinstall'])
if (changedAt('build/server/index.js') < newestIn('app', 'public', 'vite.config.ts', 'package-lock.json'))
  run('npm', ['run', 'build'])

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
