import type { TFunction } from 'i18next'
import { toast } from '../toast.ts'

/** Puts a text into the clipboard, and says so, or that the browser did not allow it. */
export async function copyText(t: TFunction, text: string, done: string): Promise<void> {
  const copied = await writeText(text)
  toast(copied ? done : t('customers.notCopied'))
}

async function writeText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text)
    return true
  } catch {
    return copyBySelection(text)
  }
}

/** Inside the admin's frame the clipboard may be closed to pages; copying what is selected is not. */
function copyBySelection(text: string): boolean {
  const field = document.createElement('textarea')
  field.value = text
  field.setAttribute('readonly', '')
  field.className = 'ls-copied'
  document.body.append(field)
  field.select()
  const copied = document.execCommand('copy')
  field.remove()
  return copied
}
