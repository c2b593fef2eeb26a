import { useContext, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ExportPart } from '#app/core/report/export-part.ts'
import type { UnsyncedReason } from '#app/core/report/unsynced-customers.ts'
import { listName } from '#app/ui/copy/customers.ts'
import { csvHead, csvOf } from '#app/ui/customers/customers-csv.ts'
import type { ExportActions } from '#app/ui/customers/export-dialog.tsx'
import { pages } from '#app/ui/pages.ts'
import { SupportAddress } from '#app/ui/support/support-text.tsx'
import { toast } from '#app/ui/toast.ts'
import { saveFile } from './save-file.ts'

interface List {
  readonly shop: string
  readonly reason: UnsyncedReason
  readonly run: string | null
}

/**
 * Asks for one part of a list after the other and saves them as a file. The parts are kept as blobs, which the browser may keep on its disk.
 * Cancelling, or leaving the page, asks for nothing more.
 */
export function useExport({ shop, reason, run }: List): ExportActions {
  const { t } = useTranslation()
  const support = useContext(SupportAddress)
  const [progress, setProgress] = useState<ExportActions['progress']>(null)
  const stopper = useRef<AbortController | null>(null)
  useEffect(() => () => stopper.current?.abort(), [])

  async function start(fields: Record<string, string>): Promise<void> {
    stopper.current?.abort()
    const stop = new AbortController()
    stopper.current = stop
    setProgress({ read: 0, waits: false })
    try {
      const file = [new Blob([csvHead(t)])]
      let read = 0
      let after: string | null = null
      do {
        const part: ExportPart = await askFor({ ...fields, ...(after && { after }) }, stop.signal)
        setProgress({ read, waits: part.kind === 'wait' })
        if (part.kind === 'wait') {
          await pause(part.ms, stop.signal)
          continue
        }
        file.push(new Blob([csvOf(t, { shop, support }, part.customers)]))
        read += part.customers.length
        after = part.next
        setProgress({ read, waits: false })
        if (after === null) break
      } while (!stop.signal.aborted)
      if (stop.signal.aborted) return
      saveFile(
        new Blob(file, { type: 'text/csv;charset=utf-8' }),
        fileNameOf(t('customers.exporting.file', { list: listName(t, reason) })),
      )
      toast(t('customers.exporting.done', { customers: read }))
    } catch (error) {
      if (!stop.signal.aborted) toast(t('customers.exporting.failed'))
      if (!isExpected(error)) throw error
    } finally {
      if (stopper.current === stop) setProgress(null)
    }
  }

  return {
    progress,
    exportList: ({ withNames }) => void start({ reason, ...(run && { run }), names: withNames ? 'yes' : 'no' }),
    exportChosen: (customerIds) => void start({ ids: customerIds.join(',') }),
    cancel: () => stopper.current?.abort(),
  }
}

class NoAnswer extends Error {}

async function askFor(fields: Record<string, string>, signal: AbortSignal): Promise<ExportPart> {
  const answer = await fetch(`${pages.customers}/export`, { method: 'POST', body: new URLSearchParams(fields), signal })
  if (!answer.ok) throw new NoAnswer(String(answer.status))
  return (await answer.json()) as ExportPart
}

/** A network that fails, and a merchant who cancels. */
function isExpected(error: unknown): boolean {
  return (
    error instanceof NoAnswer ||
    error instanceof TypeError ||
    (error instanceof DOMException && error.name === 'AbortError')
  )
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })
}

function fileNameOf(name: string): string {
  return `${name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-|-$/g, '')}.csv`
}
