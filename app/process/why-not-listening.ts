/** Returns one sentence for the person who starts the app: why it cannot listen, or read a queue, and what to do. Throws any other error again. */
export function whyNotListening(
  error: unknown,
  { host, port, setting = '' }: { host: string; port: number; setting?: 'METRICS_' | '' },
): string {
  const { code, syscall } = error as NodeJS.ErrnoException
  if (error instanceof Error && error.name === 'QueueUnusable') return error.message
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') throw error
  if (code === 'EADDRINUSE')
    return `Port ${port} is already in use: end what listens there, or set ${setting}PORT to another.`
  return `The app cannot listen at ${host}, port ${port} (${code}): set ${setting}HOST and ${setting}PORT to where it may.`
}
