import fc from 'fast-check'
import { expect, test } from 'vitest'
import { csvLine } from '#app/core/report/csv.ts'

test('a line is as RFC 4180 has it', () => {
  expect(csvLine(['7001', 'Ada Lovelace', null, '', 'says "no", twice', 'two\nlines'])).toBe(
    '7001,Ada Lovelace,,,"says ""no"", twice","two\nlines"\r\n',
  )
})

test.each(['=1+1', '+49301234', '-2', '@SUM(A1)', '\t=1', '\r=1', ' =1', '＝1', '|cmd', '%0'])(
  'no spreadsheet runs %j as a formula',
  (text) => {
    expect(csvLine([text]).replace(/^"/, '')).toMatch(/^'/)
  },
)

test('whatever a cell holds, it comes back as it was, apart from the apostrophe', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 5 }), (cells) => {
      const read = cellsOf(csvLine(cells))
      expect(read.map((cell, i) => (cell === cells[i] ? cell : cell.replace(/^'/, '')))).toEqual(cells)
    }),
  )
}, 30_000)

/** Reads one line, as a spreadsheet does. */
function cellsOf(line: string): string[] {
  const cells: string[] = []
  let rest = line.slice(0, -2)
  for (;;) {
    const [, quoted, plain] = /^(?:"((?:[^"]|"")*)"|([^,]*))/s.exec(rest)!
    cells.push(quoted === undefined ? plain! : quoted.replaceAll('""', '"'))
    const length = quoted === undefined ? plain!.length : quoted.length + 2
    if (rest.length === length) return cells
    rest = rest.slice(length + 1)
  }
}
