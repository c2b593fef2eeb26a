import type { MetaDescriptor, MetaFunction } from '@remix-run/node'
import { useRouteLoaderData } from '@remix-run/react'
import type { TFunction } from 'i18next'
import { type Catalogue, type Sentences, translationIn } from '#app/ui/language/translation.ts'

/** What the root of every page loads, among other things. */
interface RootData {
  readonly sentences: Sentences
  readonly support: string | null
}

/** The sentences in the language of the page; null if its root could not be loaded. */
export function usePageSentences(): Sentences | null {
  return useRouteLoaderData<RootData>('root')?.sentences ?? null
}

/** Where merchants reach the operator's support; null if the operator named no address. */
export function useSupportAddress(): string | null {
  return useRouteLoaderData<RootData>('root')?.support ?? null
}

/** The title of the browser's tab, in the language of the page. */
export function pageMeta(page: Exclude<keyof Catalogue['pages'], 'title'>): MetaFunction {
  return ({ matches }) => metaIn(matches, (t) => [{ title: t('pages.title', { page: t(`pages.${page}`) }) }])
}

/** What `made` says in the language of the page; nothing if its root could not be loaded. */
export function metaIn(
  matches: Parameters<MetaFunction>[0]['matches'],
  made: (t: TFunction) => MetaDescriptor[],
): MetaDescriptor[] {
  const data = matches.find(({ id }) => id === 'root')?.data as RootData | undefined
  return data ? made(translationIn(data.sentences).t) : []
}
