import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** How keys of the catalogue look that a source file names: each text in it, with anything in place of what is filled in. */
export function keyPatternsIn(file: string, text = readFileSync(file, 'utf8')): RegExp[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const patterns: RegExp[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) addPattern(node.text)
    if (ts.isTemplateExpression(node))
      addPattern(node.head.text, ...node.templateSpans.map((span) => span.literal.text))
    ts.forEachChild(node, visit)
  }
  const addPattern = (...parts: string[]) => {
    if (/^([a-zA-Z]+\.|$)/.test(parts[0] ?? '') && parts.join('').includes('.'))
      patterns.push(new RegExp(`^${parts.map(escaped).join('.+')}$`))
  }
  visit(source)
  return patterns
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
}
