/**
 * Addresses that fail anywhere and always, so that a failure can be asked for in the demo and in e2e tests too,
 * where nobody can reach into the stand-in.
 *
 * | address                     | single profile (profile-import, profiles, PATCH) | bulk import                              |
 * | --------------------------- | ------------------------------------------------ | ---------------------------------------- |
 * | `refused…@`                 | 400 "Invalid email address"                      | 400 for the whole job, indexed pointer   |
 * | `importerror…@`             | 400 "This profile cannot be processed."          | taken, then an import error of the job   |
 */
export function isRefusedSentinel(email: string): boolean {
  return email.startsWith('refused')
}

export function isImportErrorSentinel(email: string): boolean {
  return email.startsWith('importerror')
}
