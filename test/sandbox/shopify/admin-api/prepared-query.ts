import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  parse,
  validate,
} from 'graphql'
import { shopifyWords } from './error-words.ts'
import { adminSchema } from './schema.ts'

/** A query text, read and checked. Kept, since an app sends the same few texts over and over. */
export type PreparedQuery =
  | {
      readonly kind: 'valid'
      readonly document: DocumentNode
      readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
    }
  | { readonly kind: 'invalid'; readonly errors: readonly object[] }

const MOST_KEPT = 200
const kept = new Map<string, PreparedQuery>()

export function prepareQuery(text: string): PreparedQuery {
  let prepared = kept.get(text)
  if (!prepared) {
    prepared = read(text)
    if (kept.size >= MOST_KEPT) kept.clear()
    kept.set(text, prepared)
  }
  return prepared
}

/** Null when the text holds several and no name says which. */
export function operationOf(document: DocumentNode, name: string | null): OperationDefinitionNode | null {
  return getOperationAST(document, name) ?? null
}

/** For the log: the operation's name, or its first field's. */
export function nameOf(operation: OperationDefinitionNode | null): string {
  const [first] = operation?.selectionSet.selections ?? []
  return operation?.name?.value ?? (first?.kind === Kind.FIELD ? first.name.value : 'unknown')
}

function read(text: string): PreparedQuery {
  try {
    const document = parse(text)
    const errors = validate(adminSchema, document)
    if (errors.length > 0) return { kind: 'invalid', errors: errors.map(shopifyWords) }
    const fragments = document.definitions.filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
    return { kind: 'valid', document, fragments: new Map(fragments.map((fragment) => [fragment.name.value, fragment])) }
  } catch (error) {
    if (error instanceof GraphQLError) return { kind: 'invalid', errors: [shopifyWords(error)] }
    throw error
  }
}
