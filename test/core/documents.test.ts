import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const documents = ['.', 'docs'].flatMap((folder) =>
  readdirSync(join(root, folder)).flatMap((name) => (name.endsWith('.md') ? join(folder, name) : [])),
)

const PATH = /`((?:app|test|prisma|extensions|docs|\.ci)\/[\w./$-]+)`/g
const LINK = /\]\((?!https?:)([^)#]+)\)/g

test('there are documents to check', () => {
  expect(documents).toContain('README.md')
  expect(documents.length).toBeGreaterThan(6)
})

test.each(documents)('%s names only files that exist', (document) => {
  const text = readFileSync(join(root, document), 'utf8')
  const paths = [...text.matchAll(PATH)].map(([, path]) => path!)
  const links = [...text.matchAll(LINK)].map(([, path]) => join(dirname(document), path!))
  expect([...paths, ...links].filter((path) => !existsSync(join(root, path)))).toEqual([])
})

test('the README stays short', () => {
  expect(readFileSync(join(root, 'README.md'), 'utf8').split('\n').length).toBeLessThan(120)
})
