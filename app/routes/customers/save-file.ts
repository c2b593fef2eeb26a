/** Has the browser save a file. It works inside the admin's frame, and no address holds anything of the file. */
export function saveFile(file: Blob, name: string): void {
  const address = URL.createObjectURL(file)
  const link = document.createElement('a')
  link.href = address
  link.download = name
  document.body.append(link)
  link.click()
  link.remove()
  // Some browsers begin to read it only later.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
