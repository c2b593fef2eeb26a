/** Shapes of a customer's record that nobody foresaw, each as some app has met it. */
export const oddShapes = {
  'huge-number': (record: Row) => ({ ...record, numberOfOrders: '18446744073709551615' }),
  'no-number': (record: Row) => ({ ...record, numberOfOrders: 'many' }),
  'wrong-type': (record: Row) => ({ ...record, tags: 'vip, wholesale' }),
  'null-in-its-place': (record: Row) => ({ ...record, amountSpent: null }),
  'missing-field': ({ state: _, ...record }: Row) => record,
  'no-instant': (record: Row) => ({ ...record, updatedAt: 'yesterday' }),
  'far-instant': (record: Row) => ({ ...record, updatedAt: '-271821-04-20T00:00:00.000Z' }),
  'unknown-enum': (record: Row) => ({ ...record, state: 'HIBERNATING' }),
  nul: (record: Row) => ({ ...record, firstName: 'A\0da' }),
  'half-pair': (record: Row) => ({ ...record, firstName: 'Ada \ud83d' }),
  nameless: ({ id: _, ...record }: Row) => record,
  'other-id': (record: Row) => ({ ...record, id: 'gid://shopify/Customer/0' }),
} as const satisfies Record<string, (record: Row) => Row>

type Row = Readonly<Record<string, unknown>>

/** What only a line of a file can be: cut off in the middle, there twice, or cut off before it names anybody. */
export const oddLines = {
  'cut-off': (line: string) => [line.slice(0, -20)],
  twice: (line: string) => [line, line],
  'cut-off-early': (line: string) => [line.slice(0, 5)],
} as const satisfies Record<string, (line: string) => string[]>

export type OddShape = keyof typeof oddShapes | keyof typeof oddLines

function isOddLine(how: OddShape): how is keyof typeof oddLines {
  return how in oddLines
}

/** A line of the file as it comes out. */
export function oddLine(line: string, how: OddShape): string[] {
  if (isOddLine(how)) return oddLines[how](line)
  return [JSON.stringify(oddShapes[how](JSON.parse(line) as Row))]
}

/** An answer with the records of these customers, by global id, in their odd shapes wherever they stand in it. */
export function withOddRecords(value: unknown, shapes: ReadonlyMap<string, OddShape>): unknown {
  if (Array.isArray(value)) return value.map((item) => withOddRecords(item, shapes))
  if (value === null || typeof value !== 'object') return value
  const how = shapes.get(String((value as Row).id))
  if (how && !isOddLine(how)) return oddShapes[how](value as Row)
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withOddRecords(item, shapes)]))
}
