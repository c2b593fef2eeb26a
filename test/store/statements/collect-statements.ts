import { relative } from 'node:path'
import ts from 'typescript'

/** A statement that the store can issue. */
export interface CollectedStatement {
  /** The file under `app/store/` and the function that it is in: `marks.ts saveMarks`. */
  readonly place: string
  /** As it is sent to Postgres, with parameters $1, $2, … */
  readonly text: string
  /** What the code passes for each parameter. Undefined where it is spread from an array. */
  readonly values: readonly StatementValue[]
}

export interface StatementValue {
  /** The expression: two parameters with the same expression have the same value. */
  readonly expression: string
  /** Its type in TypeScript, such as ShopDomain. */
  readonly type: string
}

const ROOT = new URL('../../..', import.meta.url).pathname
const STORE = `${ROOT}app/store/`

/** The file that builds and runs statements, and those that speak to Postgres before there are tables. */
const MACHINERY = ['database.ts', 'migrate.ts', 'connection-options.ts']

/**
 * Returns every statement in `app/store`: each sql`…` template, and each object with a `text` and `values`. Throws at a text that is put
 * together in a way that cannot be read from the source: the statement has to be simpler.
 */
export function collectStatements(): CollectedStatement[] {
  const program = openProgram()
  return program
    .getSourceFiles()
    .filter(({ fileName }) => fileName.startsWith(STORE) && !MACHINERY.includes(fileName.slice(STORE.length)))
    .flatMap((file) => statementsIn(file, program.getTypeChecker()))
}

function openProgram(): ts.Program {
  const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: ['app/store'] }, ts.sys, ROOT)
  const files = ts.sys.readDirectory(STORE, ['.ts'])
  return ts.createProgram(files, { ...options, incremental: false })
}

function statementsIn(file: ts.SourceFile, checker: ts.TypeChecker): CollectedStatement[] {
  const found: CollectedStatement[] = []
  const visit = (node: ts.Node): void => {
    const statements = ofTemplate(node, checker) ?? ofObject(node, checker)
    if (statements) {
      const place = `${relative(STORE, file.fileName)} ${functionAround(node)}`
      found.push(...statements.map((statement) => ({ place, ...statement })))
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

type Found = Omit<CollectedStatement, 'place'>[]

function ofTemplate(node: ts.Node, checker: ts.TypeChecker): Found | null {
  if (!ts.isTaggedTemplateExpression(node) || node.tag.getText() !== 'sql') return null
  const { template } = node
  if (ts.isNoSubstitutionTemplateLiteral(template)) return [{ text: template.text, values: [] }]
  const text = template.templateSpans.reduce(
    (text, { literal }, i) => `${text}$${i + 1}${literal.text}`,
    template.head.text,
  )
  return [{ text, values: template.templateSpans.map(({ expression }) => parameterOf(expression, checker)) }]
}

function ofObject(node: ts.Node, checker: ts.TypeChecker): Found | null {
  if (!ts.isObjectLiteralExpression(node)) return null
  const text = node.properties.find((property) => property.name?.getText() === 'text')
  const values = node.properties.find((property) => property.name?.getText() === 'values')
  if (!text || !values) return null
  if (!ts.isPropertyAssignment(text) || !ts.isPropertyAssignment(values)) throw cannotRead(node)
  if (!ts.isArrayLiteralExpression(values.initializer)) throw cannotRead(node)
  const { elements } = values.initializer
  const known = elements.slice(0, (elements.findIndex(ts.isSpreadElement) + 1 || elements.length + 1) - 1)
  return textsOf(text.initializer, checker).map((text) => ({
    text,
    values: known.map((element) => parameterOf(element, checker)),
  }))
}

/** A text may name a table by an expression of which the type lists the possible names: then it is one statement for each of them. */
function textsOf(node: ts.Expression, checker: ts.TypeChecker): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (!ts.isTemplateExpression(node)) throw cannotRead(node)
  const [first, ...others] = new Set(node.templateSpans.map(({ expression }) => expression.getText()))
  if (others.length > 0) throw cannotRead(node)
  const type = checker.getTypeAtLocation(node.templateSpans[0]!.expression)
  const names = type.isUnion() ? type.types : [type]
  return names.map((name) => {
    if (!name.isStringLiteral()) throw cannotRead(node, `the type of ${first} is not a list of names`)
    return node.templateSpans.reduce((text, { literal }) => `${text}${name.value}${literal.text}`, node.head.text)
  })
}

function parameterOf(node: ts.Expression, checker: ts.TypeChecker): StatementValue {
  return { expression: node.getText(), type: checker.typeToString(checker.getTypeAtLocation(node)) }
}

function functionAround(node: ts.Node): string {
  for (let around = node.parent; around; around = around.parent) {
    if ((ts.isFunctionDeclaration(around) || ts.isMethodDeclaration(around)) && around.name)
      return around.name.getText()
    if (ts.isVariableDeclaration(around) && !isInFunction(around)) return around.name.getText()
  }
  return 'at the top'
}

function isInFunction(node: ts.Node): boolean {
  for (let around = node.parent; around; around = around.parent) if (ts.isFunctionLike(around)) return true
  return false
}

function cannotRead(node: ts.Node, why = 'it is not a literal'): Error {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart())
  return new Error(`${node.getSourceFile().fileName}:${line + 1}: the statement cannot be read from the source: ${why}`)
}
