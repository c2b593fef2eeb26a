import { parseSync } from 'libpg-query'
import type { CollectedStatement, StatementValue } from './collect-statements.ts'
import { type Table, tables } from './tables.ts'

type Node = Record<string, unknown>

/**
 * Returns why a statement may touch rows of more than one shop; an empty list if it cannot. Every table that it reads or writes, in every
 * sub-select, must be bound to one and the same value: by `shop = $1` (`domain = $1` in the table of shops), or by an equality with the
 * shop of a table that is. Only conditions that hold for every row count: not those below an `or`, a `not` or a `case`. Rows that are
 * inserted must carry that value. A sub-select that Postgres does not turn into a join has to name the shop itself: Citus does not see that
 * its shop is that of the level around it. A statement about tables that belong to no shop must not touch others. `loadModule` of the parser must have
 * been awaited.
 */
export function faultsOf({ text, values }: Pick<CollectedStatement, 'text' | 'values'>): string[] {
  const proof = new Proof(values)
  for (const { stmt } of parseSync(text).stmts as { stmt: Node }[]) proof.readStatement(stmt, null)
  return proof.faults()
}

/** What a name in a `from` list stands for: a table, or the columns of a sub-select. */
interface Source {
  readonly id: number
  readonly table: Table | null
  /** The parameters that a sub-select's columns are known to be equal to. */
  readonly outputs: ReadonlyMap<string, ReadonlySet<string>>
}

/** One level of a statement: its own sources, and those of the levels around it. */
interface Scope {
  readonly outer: Scope | null
  /** Whether an equality with a column of the levels around it says nothing, because Citus does not see it. */
  readonly isClosed: boolean
  readonly sources: Map<string, Source>
  readonly ctes: Map<string, Source['outputs']>
}

interface Bound {
  readonly table: string
  readonly column: string
}

class Proof {
  readonly #values: readonly StatementValue[]
  /** Union-find over columns (`3.shop`) and parameters (`$shop`). */
  readonly #parents = new Map<string, string>()
  readonly #bounds: Bound[] = []
  /** A column that has each value that the other term has, but not the other way round. */
  readonly #implied: { from: string; column: string }[] = []
  readonly #shopless = new Set<string>()
  readonly #faults: string[] = []
  #sources = 0

  constructor(values: readonly StatementValue[]) {
    this.#values = values
  }

  faults(): string[] {
    this.#followImplied()
    if (this.#shopless.size > 0 && this.#bounds.length > 0)
      this.#faults.push(`${[...this.#shopless].join()} belongs to no shop, and is used with tables that do`)
    const bindings = this.#bounds.map(({ table, column }) => ({ table, shops: this.#parametersOf(column) }))
    const free = bindings.filter(({ shops }) => shops.size === 0).map(({ table }) => `${table} is not bound to a shop`)
    if (free.length > 0 || bindings.length === 0) return [...this.#faults, ...free]
    const common = [...bindings[0]!.shops].filter((shop) => bindings.every(({ shops }) => shops.has(shop)))
    if (common.length === 0) return [...this.#faults, 'its tables are bound to different values']
    const value = this.#values.find(({ expression }) => common.includes(`$${expression}`))
    return [...this.#faults, ...(value?.type === 'ShopDomain' ? [] : [`${common.join()} is not a ShopDomain`])]
  }

  #followImplied(): void {
    let open = this.#implied
    for (let known = -1; open.length !== known; ) {
      known = open.length
      open = open.filter(({ from, column }) => {
        const [shop] = this.#parametersOf(from)
        if (shop) this.#equate(column, shop)
        return !shop
      })
    }
  }

  /** Returns the columns that the statement returns. */
  readStatement(statement: Node, outer: Scope | null, isClosed = false): Source['outputs'] {
    const [kind, node] = Object.entries(statement)[0] as [string, Node]
    const scope: Scope = { outer, isClosed, sources: new Map(), ctes: new Map() }
    this.#readCtes(node, scope)
    switch (kind) {
      case 'SelectStmt':
        return this.#readSelect(node, scope)
      case 'InsertStmt':
        return this.#readInsert(node, scope)
      case 'UpdateStmt':
        return this.#readChange(node, node.fromClause, scope)
      case 'DeleteStmt':
        return this.#readChange(node, node.usingClause, scope)
      default:
        this.#faults.push(`${kind} is not understood`)
        return new Map()
    }
  }

  #readCtes(node: Node, scope: Scope): void {
    const clause = node.withClause as { ctes: Node[]; recursive?: boolean } | undefined
    if (clause?.recursive) this.#faults.push('a recursion is not understood')
    for (const { CommonTableExpr } of (clause?.ctes ?? []) as { CommonTableExpr: Node }[]) {
      const name = CommonTableExpr.ctename as string
      if (clause?.recursive) scope.ctes.set(name, new Map())
      scope.ctes.set(name, this.readStatement(CommonTableExpr.ctequery as Node, scope))
    }
  }

  #readSelect(node: Node, scope: Scope): Source['outputs'] {
    for (const arm of [node.larg, node.rarg]) if (arm) this.readStatement({ SelectStmt: arm }, scope)
    this.#readFrom(node.fromClause, scope)
    this.#readConditions(node.whereClause, scope)
    this.#readInside(node, ['fromClause', 'whereClause', 'larg', 'rarg', 'withClause'], scope)
    return this.#outputsOf(node.targetList, scope)
  }

  #readChange(node: Node, from: unknown, scope: Scope): Source['outputs'] {
    this.#addTable(node.relation as Node, scope)
    this.#readFrom(from, scope)
    this.#readConditions(node.whereClause, scope)
    const shopColumn = tables.get((node.relation as { relname: string }).relname)?.shopColumn
    for (const { ResTarget } of (node.targetList ?? []) as { ResTarget: Node }[])
      if (ResTarget.name === shopColumn) this.#faults.push('it changes the shop of a row')
    this.#readInside(node, ['relation', 'fromClause', 'usingClause', 'whereClause', 'withClause'], scope)
    return this.#outputsOf(returned(node), scope)
  }

  #readInsert(node: Node, scope: Scope): Source['outputs'] {
    const { relname } = node.relation as { relname: string }
    const columns = ((node.cols ?? []) as { ResTarget: Node }[]).map(({ ResTarget }) => ResTarget.name as string)
    const select = (node.selectStmt as { SelectStmt: Node } | undefined)?.SelectStmt
    const from: Scope = { outer: scope, isClosed: false, sources: new Map(), ctes: new Map() }
    if (select) {
      this.#readCtes(select, from)
      this.#readSelect(select, from)
    }
    const target = this.#addTable(node.relation as Node, scope)
    const table = tables.get(relname)
    if (target && table?.shopColumn) {
      const place = columns.indexOf(table.shopColumn)
      for (const value of select ? insertedAt(select, place) : [])
        this.#equate(`${target.id}.${table.shopColumn}`, this.#termOf(value, from))
    }
    this.#readInside(node, ['relation', 'cols', 'selectStmt', 'withClause'], scope)
    return this.#outputsOf(returned(node), scope)
  }

  #readFrom(clause: unknown, scope: Scope): void {
    for (const item of (clause ?? []) as Node[]) this.#readSource(item, scope)
  }

  #readSource(item: Node, scope: Scope): void {
    if (item.RangeVar) this.#addTable(item.RangeVar as Node, scope)
    if (item.RangeSubselect) {
      const { subquery, alias } = item.RangeSubselect as { subquery: Node; alias?: { aliasname: string } }
      const outputs = this.readStatement(subquery, scope, true)
      this.#addSource(alias?.aliasname ?? `(${this.#sources})`, null, outputs, scope)
    }
    if (item.RangeFunction) {
      const { alias, functions } = item.RangeFunction as { alias?: { aliasname: string }; functions: unknown }
      this.#readExpression(functions, scope)
      this.#addSource(alias?.aliasname ?? `(${this.#sources})`, null, new Map(), scope)
    }
    if (item.JoinExpr) this.#readJoin(item.JoinExpr as Node, scope)
  }

  #readJoin(join: Node, scope: Scope): void {
    const before = new Set(scope.sources.keys())
    this.#readSource(join.larg as Node, scope)
    const left = [...scope.sources.keys()].filter((name) => !before.has(name))
    this.#readSource(join.rarg as Node, scope)
    const right = [...scope.sources.keys()].filter((name) => !before.has(name) && !left.includes(name))
    const isInner = join.jointype === 'JOIN_INNER'
    if (!isInner && join.jointype !== 'JOIN_LEFT') this.#faults.push(`${join.jointype as string} is not understood`)
    for (const { String: column } of (join.usingClause ?? []) as { String: { sval: string } }[]) {
      const [a, b] = [left, right].map((names) =>
        names.map((name) => columnOf(scope.sources.get(name)!, column.sval)).find(Boolean),
      )
      if (a && b) this.#equateIn(isInner ? null : new Set(right), a, b, scope)
    }
    this.#readConditions(join.quals, scope, isInner ? null : new Set(right))
  }

  /** The condition of a left join says something about the right side alone: rows of the left side are kept without it. */
  #equateIn(right: ReadonlySet<string> | null, a: string | null, b: string | null, scope: Scope): void {
    if (!right) this.#equate(a, b)
    if (!right || !a || !b) return
    const ids = new Set([...right].map((name) => String(scope.sources.get(name)!.id)))
    for (const [column, from] of [
      [a, b],
      [b, a],
    ] as const)
      if (ids.has(column.split('.')[0]!)) this.#implied.push({ from, column })
  }

  #addTable({ relname, alias }: Node, scope: Scope): Source | null {
    const name = (alias as { aliasname: string } | undefined)?.aliasname ?? (relname as string)
    const cte = findIn(scope, (level) => level.ctes.get(relname as string), { intoOuter: true })
    if (cte) return this.#addSource(name, null, cte, scope)
    const table = tables.get(relname as string)
    if (!table) {
      this.#faults.push(`${relname as string} is not a table of the schema`)
      return null
    }
    const source = this.#addSource(name, table, new Map(), scope)
    if (table.shopColumn) this.#bounds.push({ table: table.name, column: `${source.id}.${table.shopColumn}` })
    else this.#shopless.add(table.name)
    return source
  }

  #addSource(name: string, table: Table | null, outputs: Source['outputs'], scope: Scope): Source {
    const source = { id: ++this.#sources, table, outputs }
    scope.sources.set(name, source)
    for (const [column, shops] of outputs) for (const shop of shops) this.#equate(`${source.id}.${column}`, shop)
    return source
  }

  /** Conditions that hold for every row: those joined by `and`. `right` is the right side of the left join of which they are the condition. */
  #readConditions(condition: unknown, scope: Scope, right: ReadonlySet<string> | null = null): void {
    if (!condition) return
    const { BoolExpr, A_Expr } = condition as { BoolExpr?: { boolop: string; args: Node[] }; A_Expr?: Node }
    if (BoolExpr?.boolop === 'AND_EXPR') {
      for (const each of BoolExpr.args) this.#readConditions(each, scope, right)
      return
    }
    const joined = joinedIn(condition as Node)
    if (joined) {
      this.readStatement(joined, scope)
      return
    }
    if (A_Expr?.kind === 'AEXPR_OP' && nameOf(A_Expr) === '=')
      this.#equateIn(right, this.#termOf(A_Expr.lexpr, scope), this.#termOf(A_Expr.rexpr, scope), scope)
    this.#readExpression(condition, scope)
  }

  /** Sub-selects anywhere in an expression are levels of their own. */
  #readExpression(node: unknown, scope: Scope): void {
    if (Array.isArray(node)) for (const each of node) this.#readExpression(each, scope)
    if (!node || typeof node !== 'object' || Array.isArray(node)) return
    const { SubLink } = node as { SubLink?: Node }
    if (SubLink) this.readStatement(SubLink.subselect as Node, scope, true)
    for (const [name, value] of Object.entries(SubLink ?? node))
      if (name !== 'subselect') this.#readExpression(value, scope)
  }

  #readInside(node: Node, except: readonly string[], scope: Scope): void {
    for (const [name, value] of Object.entries(node)) if (!except.includes(name)) this.#readExpression(value, scope)
  }

  #outputsOf(targets: unknown, scope: Scope): Source['outputs'] {
    const outputs = new Map<string, ReadonlySet<string>>()
    for (const { ResTarget } of (targets ?? []) as { ResTarget: Node }[]) {
      const term = this.#termOf(ResTarget.val, scope)
      const name = (ResTarget.name as string | undefined) ?? lastNameIn(ResTarget.val)
      if (term && name) outputs.set(name, this.#parametersOf(term))
    }
    return outputs
  }

  /** A column or a parameter; null for anything else. */
  #termOf(node: unknown, scope: Scope): string | null {
    const { ColumnRef, ParamRef, TypeCast } = (node ?? {}) as Record<string, Node | undefined>
    if (TypeCast) return this.#termOf(TypeCast.arg, scope)
    if (ParamRef) return `$${this.#values[(ParamRef.number as number) - 1]?.expression ?? ParamRef.number}`
    if (!ColumnRef) return null
    const names = (ColumnRef.fields as { String?: { sval: string } }[]).map(({ String: name }) => name?.sval)
    const [qualifier, column] = names.length === 2 ? names : [undefined, names[0]]
    if (column === undefined) return null
    return findIn(scope, ({ sources }) => {
      const known = qualifier === undefined ? [...sources.values()] : [sources.get(qualifier)].filter((one) => !!one)
      return known.map((source) => columnOf(source, column)).find(Boolean)
    })
  }

  #rootOf(term: string): string {
    const parent = this.#parents.get(term)
    return parent === undefined ? term : this.#rootOf(parent)
  }

  #equate(a: string | null, b: string | null): void {
    if (!a || !b) return
    const [one, other] = [this.#rootOf(a), this.#rootOf(b)]
    if (one === other) return
    // A parameter is known by its own name, and never merged with another.
    if (one.startsWith('$') && other.startsWith('$')) this.#faults.push(`${one} and ${other} are compared`)
    else if (one.startsWith('$')) this.#parents.set(other, one)
    else this.#parents.set(one, other)
  }

  #parametersOf(term: string): ReadonlySet<string> {
    const root = this.#rootOf(term)
    return new Set(root.startsWith('$') ? [root] : [])
  }
}

function findIn<Found>(
  scope: Scope,
  find: (level: Scope) => Found | undefined,
  { intoOuter = false }: { intoOuter?: boolean } = {},
): Found | null {
  for (let level: Scope | null = scope; level; level = level.isClosed && !intoOuter ? null : level.outer) {
    const found = find(level)
    if (found !== undefined) return found
  }
  return null
}

/** The sub-select of a condition that Postgres turns into a join: `exists (…)` or `not exists (…)`. */
function joinedIn(condition: Node): Node | null {
  const { BoolExpr, SubLink } = condition as { BoolExpr?: { boolop: string; args: Node[] }; SubLink?: Node }
  if (BoolExpr?.boolop === 'NOT_EXPR') return joinedIn(BoolExpr.args[0]!)
  return SubLink?.subLinkType === 'EXISTS_SUBLINK' ? (SubLink.subselect as Node) : null
}

function columnOf(source: Source, column: string): string | undefined {
  const has = source.table ? source.table.columns.has(column) : source.outputs.has(column)
  return has ? `${source.id}.${column}` : undefined
}

function returned(node: Node): unknown {
  const clause = node.returningClause as { exprs?: unknown } | undefined
  return clause?.exprs ?? node.returningList
}

/** What is inserted into the column at a place: by each row of `values`, or by a select. Empty where a star makes the place unknown. */
function insertedAt(select: Node, place: number): unknown[] {
  if (select.valuesLists)
    return (select.valuesLists as { List: { items: unknown[] } }[]).map(({ List }) => List.items[place])
  const targets = (select.targetList as { ResTarget: Node }[]).slice(0, place + 1)
  return targets.some(({ ResTarget }) => JSON.stringify(ResTarget.val).includes('A_Star'))
    ? []
    : [targets[place]?.ResTarget.val]
}

function nameOf(expression: Node): string | undefined {
  return (expression.name as { String: { sval: string } }[])[0]?.String.sval
}

function lastNameIn(node: unknown): string | undefined {
  const fields = (node as { ColumnRef?: { fields: { String?: { sval: string } }[] } } | null)?.ColumnRef?.fields
  return fields?.at(-1)?.String?.sval
}
