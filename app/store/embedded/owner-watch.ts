import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/** Longer than what the owner started may take to stop, for that still needs the server. */
const AFTER_OWNER_SECONDS = 20

/**
 * Waits for the end of its input, which the owner's death brings about, however it died. Stops the server unless somebody else owns it by
 * then. The number in the pid file may be another program's by now, so its name is looked at.
 */
const WATCH = `
read -r _
sleep ${AFTER_OWNER_SECONDS}
[ "$(cat "$1")" = "$2" ] || exit 0
pid=$(head -n 1 "$3") || exit 0
{ tr '\\0' ' ' < "/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null | grep -q postgres && kill -INT "$pid"
`

/** Stops the embedded server some seconds after this process, its owner, died without doing so. Returns what ends the watch. */
export function watchOwner({ ownerFile, pidFile }: { ownerFile: string; pidFile: string }): () => void {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'sh', ownerFile, String(process.pid), pidFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // A group of its own: what kills ours must not kill it.
    detached: true,
    cwd: '/',
  })
  watch.on('error', () => {}) // no such shell here: the next one to start joins the server
  watch.unref()
  ;(watch.stdin as unknown as Socket).unref()
  return () => void watch.kill('SIGKILL')
}
