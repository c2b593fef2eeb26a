import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { pages } from '#app/ui/pages.ts'
import type { SupportActions } from '#app/ui/settings/support-section.tsx'
import { toast } from '#app/ui/toast.ts'
import { saveFile } from '../customers/save-file.ts'

/** Asks for the support file and has the browser save it. */
export function useSupportFile(): SupportActions {
  const { t } = useTranslation()
  const [state, setState] = useState<'idle' | 'saving' | 'failed'>('idle')

  async function save(): Promise<void> {
    setState('saving')
    const file = await askForFile()
    setState(file === null ? 'failed' : 'idle')
    if (file === null) return
    saveFile(file, `${t('support.file')}-${new Date().toISOString().slice(0, 10)}.json`)
    toast(t('support.done'))
  }

  return { save: () => void save(), saving: state === 'saving', failed: state === 'failed' }
}

/** Returns null if there is no answer, or one without a file. App Bridge adds the session's token. */
async function askForFile(): Promise<Blob | null> {
  try {
    const answer = await fetch(`${pages.settings}/support-file`, { method: 'POST', body: new URLSearchParams() })
    return answer.ok ? await answer.blob() : null
  } catch {
    return null
  }
}
