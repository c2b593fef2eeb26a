import type { Form } from './bench-result.ts'

/** Returns the numbers of customers to measure: those of the form, or the one that BENCH_CUSTOMERS names, once. Throws for another text. */
export function sizesOf(rounds: Readonly<Record<Form, readonly number[]>>, form: Form): readonly number[] {
  const asked = process.env.BENCH_CUSTOMERS
  if (!asked) return rounds[form]
  if (!/^[1-9]\d{0,6}$/.test(asked)) throw new Error(`BENCH_CUSTOMERS must be a whole number, and is ${asked}`)
  return [Number(asked)]
}
