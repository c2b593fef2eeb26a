import type { GraphQLError } from 'graphql'

interface Wording {
  readonly ours: RegExp
  readonly message: (...found: string[]) => string
  readonly extensions: (...found: string[]) => Readonly<Record<string, string>>
}

/** The commonest of graphql-js' complaints in the words of Shopify's graphql-ruby. */
const wordings: readonly Wording[] = [
  {
    ours: /^Cannot query field "(\w+)" on type "(\w+)"/,
    message: (field, type) => `Field '${field}' doesn't exist on type '${type}'`,
    extensions: (fieldName = '', typeName = '') => ({ code: 'undefinedField', typeName, fieldName }),
  },
  {
    ours: /^Unknown argument "(\w+)" on field "(?:\w+\.)?(\w+)"/,
    message: (argument, field) => `Field '${field}' doesn't accept argument '${argument}'`,
    extensions: (argumentName = '', name = '') => ({
      code: 'argumentNotAccepted',
      name,
      typeName: 'Field',
      argumentName,
    }),
  },
  {
    ours: /^Field "(\w+)" argument "(\w+)" of type "[^"]+" is required/,
    message: (field, argument) => `Field '${field}' is missing required arguments: ${argument}`,
    extensions: (name = '', missing = '') => ({
      code: 'missingRequiredArguments',
      className: 'Field',
      name,
      arguments: missing,
    }),
  },
  {
    ours: /^Variable "\$(\w+)" (?:of required type|got invalid value)/,
    message: (variable) => `Variable $${variable} was provided invalid value`,
    extensions: () => ({ code: 'INVALID_VARIABLE' }),
  },
  {
    ours: /^\w+ cannot represent|^Expected value of type/,
    message: () => '',
    extensions: () => ({ code: 'argumentLiteralsIncompatible' }),
  },
]

export function shopifyWords(error: GraphQLError): object {
  const { message, locations } = error.toJSON()
  for (const wording of wordings) {
    const found = wording.ours.exec(message)
    if (!found) continue
    const words = found.slice(1)
    return { message: wording.message(...words) || message, locations, extensions: wording.extensions(...words) }
  }
  return { message, ...(locations && { locations }), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }
}
