/** Shows a toast for a success. Errors are shown beside their cause instead, and stay there. */
export function toast(words: string): void {
  // Without App Bridge (if its script is blocked) the page still works, without toasts.
  window.shopify?.toast.show(words)
}
