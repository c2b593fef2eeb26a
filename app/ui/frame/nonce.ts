import { createContext } from 'react'

/** What a page's scripts carry so that the browser runs them; undefined in the browser, which does not tell it. */
export const Nonce = createContext<string | undefined>(undefined)
