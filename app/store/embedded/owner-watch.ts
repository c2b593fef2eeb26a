import { spawn } from 'node:child_process'
import type { Socket } from 'node:net'

/** Longer than the owner's other processes may take to stop, because they still need the server. */
const AFTER_OWNER_SECONDS = 20

/**
 * Waits for the end of its input, which the owner's death causes, however it died. Then stops the server unless another process owns it by
 * then. The pid in the file may be another program's by now, so the program's name is checked.
 */
const WATCH = `
read -r _
sleep ${AFTER_OWNER_SECONDS}
[ "$(cat "$1")" = "$2" ] || exit 0
pid=$(head -n 1 "$3") || exit 0
{ tr '\\0' ' ' < "/proc/$pid/cmdline" || ps -o args= -p "$pid"; } 2>/dev/null | grep -q postgres && kill -INT "$pid"
`

/**
 * Stops the embedded server some seconds after this process, its owner, died without stopping it. Returns a function that ends the watch.
 */
export function watchOwner({ ownerFile, pidFile }: { ownerFile: string; pidFile: string }): () => void {
  const watch = spawn('/bin/sh', ['-c', WATCH, 'sh', ownerFile, String(process.pid), pidFile], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // In its own process group, so that a signal to this process's group does not stop it.
    detached: true,
    cwd: '/',
  })
  watch.on('error', () => {}) // no such shell here: the next process to start joins the server
  watch.unref()
  ;(watch.stdin as unknown as Socket).unref()
  return () => void watch.kill('SIGKILL')
}
