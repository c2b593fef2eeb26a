import { createServer } from 'node:net'

// Below the ports that the system gives to whoever names none (on Linux from 32768 on). One of those may be given away between the look
// at it and the start of the server that it is for, which may come seconds later.
const FIRST_PORT = 15_000
const PORTS = 17_000
/** Processes that run at the same time begin as far apart. */
const PORTS_OF_A_PROCESS = 8

let asked = 0

/** Returns a port of this machine on which nothing listens, each time another. */
export async function freePort(): Promise<number> {
  while (asked < PORTS) {
    const port = FIRST_PORT + ((process.pid * PORTS_OF_A_PROCESS + asked++) % PORTS)
    if (await isFree(port)) return port
  }
  throw new Error(`no port is free from ${FIRST_PORT} to ${FIRST_PORT + PORTS - 1}`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(false))
    probe.listen(port, () => probe.close(() => resolve(true)))
  })
}
