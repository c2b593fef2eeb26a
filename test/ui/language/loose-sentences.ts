import { readFileSync } from 'node:fs'
import ts from 'typescript'

/** Attributes whose text is read by people. */
const READ_BY_PEOPLE = new Set([
  'accessibilityLabel',
  'alt',
  'aria-label',
  'content',
  'description',
  'emptySearchResult',
  'heading',
  'helpText',
  'label',
  'placeholder',
  'prefix',
  'subtitle',
  'suffix',
  'title',
])

const LETTERS = /\p{L}{2}/u
/** Several words, the first of them capitalised: no class name, path or query looks so. */
const SENTENCE = /^\p{Lu}.*\s.*\p{L}/su

/** The texts for people that a source file holds itself, instead of naming their keys. `file` is a path, and each result `path:line text`. */
export function looseSentencesIn(file: string, text = readFileSync(file, 'utf8')): string[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX)
  const found: string[] = []
  const note = (node: ts.Node, words: string) => {
    const { line } = source.getLineAndCharacterOfPosition(node.getStart())
    found.push(`${file}:${line + 1} ${words.trim()}`)
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node) || ts.isTypeNode(node) || isThrown(node)) return
    if (ts.isJsxText(node) && LETTERS.test(node.text)) note(node, node.text)
    else if (isText(node) && (SENTENCE.test(wordsOf(node)) || (isReadByPeople(node) && LETTERS.test(wordsOf(node)))))
      note(node, wordsOf(node))
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

/** An error is for the log, which is English. */
function isThrown(node: ts.Node): boolean {
  return ts.isThrowStatement(node) || (ts.isNewExpression(node) && /Error$/.test(node.expression.getText()))
}

type Text = ts.StringLiteral | ts.NoSubstitutionTemplateLiteral | ts.TemplateExpression

function isText(node: ts.Node): node is Text {
  return ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node) || ts.isTemplateExpression(node)
}

function wordsOf(node: Text): string {
  if (!ts.isTemplateExpression(node)) return node.text
  return node.head.text + node.templateSpans.map((span) => `0${span.literal.text}`).join('')
}

/** Whether the text is the value of such an attribute, or of such a property of an action. */
function isReadByPeople(node: Text): boolean {
  const holder = ts.isJsxExpression(node.parent) ? node.parent.parent : node.parent
  if (ts.isJsxAttribute(holder)) return READ_BY_PEOPLE.has(holder.name.getText()) && elementOf(holder) !== 'meta'
  return ts.isPropertyAssignment(holder) && holder.initializer === node && READ_BY_PEOPLE.has(holder.name.getText())
}

function elementOf(attribute: ts.JsxAttribute): string {
  return attribute.parent.parent.tagName.getText()
}
