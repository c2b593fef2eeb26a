import { answerOf, type Delivery } from '../exchange/delivery.ts'
import type { Sandbox } from '../sandbox.ts'
import { parseFaultSpec } from './fault-spec.ts'

/**
 * The stand-in's own door, for whoever does not run in its process:
 *
 * | request                     | does                                                                             |
 * | --------------------------- | -------------------------------------------------------------------------------- |
 * | `POST /__sandbox/faults`    | adds the fault in the body, or each of a list; 201                               |
 * | `DELETE /__sandbox/faults`  | clears all faults; jobs that were held go on; 204                                |
 * | `GET /__sandbox/state`      | counts: accounts, requests, faults, 429s                                         |
 */
export function controlSandbox(sandbox: Sandbox, asked: string, raw: Buffer): Delivery {
  switch (asked) {
    case 'POST /__sandbox/faults':
      return addFaults(sandbox, raw)
    case 'DELETE /__sandbox/faults':
      sandbox.faults.clear()
      return answerOf(204, undefined, {})
    case 'GET /__sandbox/state':
      return answerOf(200, stateOf(sandbox), {})
    default:
      return answerOf(404, { error: `there is no ${asked}` }, {})
  }
}

function addFaults({ faults }: Sandbox, raw: Buffer): Delivery {
  const sent = parsed(raw)
  const specs = (Array.isArray(sent) ? sent : [sent]).map(parseFaultSpec)
  const wrong = specs.filter((spec) => typeof spec === 'string')
  if (wrong.length > 0) return answerOf(400, { error: wrong.join('; ') }, {})
  for (const spec of specs) if (typeof spec !== 'string') faults.add(spec)
  return answerOf(201, { standing: faults.standing.map(({ spec }) => spec) }, {})
}

function parsed(raw: Buffer): unknown {
  try {
    return JSON.parse(raw.toString())
  } catch {
    return undefined
  }
}

function stateOf({ accounts, faults, log }: Sandbox): unknown {
  return {
    accounts: Array.from(accounts.values(), (account) => ({
      id: account.id,
      profiles: account.size,
      lists: account.lists.length,
      jobs: account
        .jobs()
        .map(({ id, status, total, completed, failed }) => ({ id, status, total, completed, failed })),
      deletions: account.deletions.length,
    })),
    requests: log.counts(),
    overLimit: log.overLimit,
    earlyRetries: log.earlyRetries,
    faults: {
      struck: faults.counts(),
      standing: faults.standing.map(({ spec, seen, struck }) => ({ ...spec, seen, struck })),
    },
  }
}
