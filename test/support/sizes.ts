// npm run sizes: the lengths of files and functions, and the ten longest of each. It only reports, and always succeeds.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'

interface Sized {
  readonly name: string
  readonly lines: number
}

const files: Sized[] = []
const functions: Sized[] = []
for (const path of sourcesUnder('app')) {
  const text = readFileSync(path, 'utf8')
  files.push({ name: path, lines: text.trimEnd().split('\n').length })
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true)
  visit(source, (node) => functions.push({ name: `${path} ${nameOf(node)}`, lines: linesOf(source, node) }))
}
report('Files', files, '45-85, about 220')
report('Functions', functions, '9-15, about 50')

function sourcesUnder(dir: string): string[] {
  return readdirSync(dir).flatMap((name) => {
    const path = join(dir, name)
    if (statSync(path).isDirectory()) return sourcesUnder(path)
    return /\.tsx?$/.test(name) ? [path] : []
  })
}

function visit(node: ts.Node, found: (node: ts.FunctionLikeDeclaration) => void): void {
  const isNamed =
    ts.isFunctionDeclaration(node) ||
    ts.isMethodDeclaration(node) ||
    (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent))
  if (isNamed) found(node)
  ts.forEachChild(node, (child) => visit(child, found))
}

function nameOf(node: ts.FunctionLikeDeclaration): string {
  if (ts.isArrowFunction(node) && ts.isVariableDeclaration(node.parent)) return node.parent.name.getText()
  return node.name?.getText() ?? 'default'
}

function linesOf(source: ts.SourceFile, node: ts.Node): number {
  const lineAt = (position: number) => source.getLineAndCharacterOfPosition(position).line
  return lineAt(node.getEnd()) - lineAt(node.getStart()) + 1
}

function report(title: string, sized: Sized[], aim: string): void {
  const sorted = sized.sort((a, b) => b.lines - a.lines)
  const at = (share: number) => sorted[Math.floor(sorted.length * (1 - share))]?.lines ?? 0
  console.log(`\n${title}: ${sorted.length}, median ${at(0.5)}, p90 ${at(0.9)} (we aim at ${aim})`)
  for (const { name, lines } of sorted.slice(0, 10)) console.log(`  ${String(lines).padStart(4)}  ${name}`)
}
