/**
 * Bytes that a Node process holds on to: its heap after all garbage has been collected, and its buffers. By its inspector, at a ws: address;
 * it stands still for some tens of milliseconds meanwhile. Null if it does not answer.
 */
export async function liveBytes(inspector: string): Promise<number | null> {
  const socket = new WebSocket(inspector)
  try {
    await once(socket, 'open')
    await ask(socket, 'HeapProfiler.collectGarbage', {})
    const expression = 'process.memoryUsage().heapUsed + process.memoryUsage().arrayBuffers'
    const { result } = (await ask(socket, 'Runtime.evaluate', { expression })) as { result: { value: number } }
    return result.value
  } catch {
    return null // it has ended, or is about to
  } finally {
    socket.close()
  }
}

const ANSWERS_WITHIN_MS = 10_000

async function ask(socket: WebSocket, method: string, params: object): Promise<unknown> {
  socket.send(JSON.stringify({ id: 1, method, params }))
  for (;;) {
    const { id, result } = JSON.parse((await once(socket, 'message')).data as string)
    if (id === 1) return result
  }
}

function once(socket: WebSocket, event: 'open' | 'message'): Promise<MessageEvent> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('no answer')), ANSWERS_WITHIN_MS)
    const settle = (how: () => void) => () => {
      clearTimeout(timer)
      how()
    }
    socket.addEventListener(event, (message) => settle(() => resolve(message as MessageEvent))(), { once: true })
    for (const end of ['close', 'error'])
      socket.addEventListener(
        end,
        settle(() => reject(new Error(end))),
        { once: true },
      )
  })
}
