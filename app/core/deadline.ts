/** The work did not finish within its deadline, so its outcome is unknown. */
class DeadlinePassed extends Error {
  override readonly name = 'DeadlinePassed'
}

/** Resolves or rejects as `work` does, or rejects with DeadlinePassed after `ms` milliseconds. The work itself continues. */
export async function deadline<Result>(work: Promise<Result>, ms: number): Promise<Result> {
  let timer: NodeJS.Timeout | undefined
  const passed = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlinePassed(`not done within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, passed])
  } finally {
    clearTimeout(timer)
  }
}

/** As `deadline`, but resolves to `otherwise` once the time has passed. */
export async function inTime<Result, Otherwise>(
  work: Promise<Result>,
  { ms, otherwise }: { ms: number; otherwise: Otherwise },
): Promise<Result | Otherwise> {
  try {
    return await deadline(work, ms)
  } catch (error) {
    if (error instanceof DeadlinePassed) return otherwise
    throw error
  }
}
