import type { ChildProcess } from 'node:child_process'

// Both ends of the talk between the bench and a process that it started: the bench calls functions by name.

/** What a process lets the bench call. */
export type Calls = Readonly<Record<string, (argument: never) => unknown>>

interface Question {
  readonly number: number
  readonly name: string
  readonly argument: unknown
}

interface Reply {
  readonly number: number
  readonly value?: unknown
  readonly error?: string
}

/** In the process: answers the bench's calls, and ends when the bench is gone. */
export function answerCalls(calls: Calls): void {
  process.on('message', async ({ number, name, argument }: Question) => {
    try {
      reply({ number, value: await calls[name]!(argument as never) })
    } catch (error) {
      reply({ number, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    }
  })
  process.once('disconnect', () => process.exit())
  process.once('SIGTERM', () => process.exit())
}

function reply(answer: Reply): void {
  process.send?.(answer)
}

export type Remote<Table extends Calls> = <Name extends keyof Table & string>(
  name: Name,
  ...argument: Parameters<Table[Name]>
) => Promise<Awaited<ReturnType<Table[Name]>>>

/** In the bench: calls what `answerCalls` offers in a process. A process that ends owes no answer: its calls reject. */
export function callsTo<Table extends Calls>(child: ChildProcess): Remote<Table> {
  const waiting = new Map<number, PromiseWithResolvers<unknown>>()
  let calls = 0
  child.on('message', ({ number, value, error }: Reply) => {
    const call = waiting.get(number)
    waiting.delete(number)
    if (error === undefined) call?.resolve(value)
    else call?.reject(new Error(error))
  })
  child.once('exit', () => {
    for (const call of waiting.values()) call.reject(new Error('The process ended'))
  })
  return (async (name: string, argument: unknown) => {
    const call = Promise.withResolvers<unknown>()
    waiting.set(calls, call)
    child.send({ number: calls++, name, argument } satisfies Question)
    return call.promise
  }) as Remote<Table>
}
