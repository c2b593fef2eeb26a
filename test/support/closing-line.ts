import type { Reporter, TestModule } from 'vitest/node'

/** Ends the run with the one line that CI reads. A file that could not be loaded counts as a failure. */
export default class ClosingLine implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const counted = { passed: 0, failed: 0, skipped: 0, pending: 0 }
    for (const module of modules) {
      for (const test of module.children.allTests()) counted[test.result().state]++
      if (module.errors().length > 0) counted.failed++
    }
    // A skipped test proves nothing, so it counts as failed.
    console.log(`\n${counted.passed} passed, ${counted.failed + counted.skipped + counted.pending} failed`)
  }
}
