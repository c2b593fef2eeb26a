interface Task {
  readonly dueAt: number
  /** Among tasks due at one time the smallest goes first. */
  readonly rank: number
  readonly run: () => void
}

/**
 * What an account does later. Nothing here runs by itself: whoever looks at the account lets everything happen that was
 * due by then, so that a test moves the clock instead of waiting, and no timer keeps the process alive.
 */
export class Agenda {
  #tasks: Task[] = []

  add(task: Task): void {
    this.#tasks.push(task)
  }

  runDue(now: number): void {
    if (this.#tasks.length === 0) return
    const due = this.#tasks.filter((task) => task.dueAt <= now)
    if (due.length === 0) return
    this.#tasks = this.#tasks.filter((task) => task.dueAt > now)
    due.sort((a, b) => a.dueAt - b.dueAt || a.rank - b.rank)
    for (const task of due) task.run()
  }
}
