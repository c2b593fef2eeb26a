import type { Call } from '../exchange/call.ts'
import { type JobFate, PLAIN_FATE } from './import-job.ts'

/** What the standing faults have in store for the job that is just being submitted. */
export function fateOf({ faults, operation, account }: Call): JobFate {
  const visit = { operation, account: account.id }
  const failing = faults.strike(['importErrors'], visit)?.spec
  return {
    ...PLAIN_FATE,
    cancelled: faults.strike(['cancelJob'], visit) !== null,
    hold: faults.strike(['stuckJob'], visit),
    failing: new Set(failing?.emails.map((email) => email.toLowerCase())),
    echoesPayload: failing?.withoutPayload !== true,
    dropped: faults.strike(['dropProfiles'], visit)?.spec.count ?? 0,
    ms: faults.strike(['slowJob'], visit)?.spec.ms ?? null,
    echo: faults.strike(['oddEcho'], visit)?.spec.echo ?? null,
  }
}
