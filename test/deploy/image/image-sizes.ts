// npm run image:sizes: how much of a checkout goes into the image. In MB of disk, so that small files count as what they take.
import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { playImage } from './play-image.ts'

const ROOT = new URL('../../..', import.meta.url).pathname

function megabytes(path: string): number {
  const [kilobytes] = execFileSync('du', ['-sk', path], { encoding: 'utf8' }).split('\t')
  return Number(kilobytes) / 1024
}

/** The packages of a folder with their sizes, the largest first. */
function packagesIn(dir: string): { name: string; size: number }[] {
  const names = readdirSync(dir).flatMap((name) =>
    name.startsWith('@') ? readdirSync(join(dir, name)).map((part) => `${name}/${part}`) : [name],
  )
  return names.map((name) => ({ name, size: megabytes(join(dir, name)) })).sort((one, other) => other.size - one.size)
}

const image = playImage()
try {
  const line = (what: string, size: number) => console.log(`${what.padEnd(40)}${size.toFixed(1).padStart(8)} MB`)
  line('node_modules of a checkout', megabytes(join(ROOT, 'node_modules')))
  line('the image, without its base', megabytes(image.dir))
  for (const part of readdirSync(image.dir)) line(`  ${part}`, megabytes(join(image.dir, part)))
  console.log('Its largest packages:')
  for (const { name, size } of packagesIn(join(image.dir, 'node_modules')).slice(0, 8)) line(`  ${name}`, size)
} finally {
  image.remove()
}
