/** Says in passing that something went well. What went wrong stands beside its cause and stays there. */
export function toast(words: string): void {
  // Without App Bridge (its script blocked, say) the page still works; only this is not said.
  window.shopify?.toast.show(words)
}
