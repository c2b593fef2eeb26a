export const failureCopy = {
  title: 'This page could not be loaded',
  body: 'Something went wrong on our side. Try again. If this continues, come back in a few minutes.',
  retry: 'Try again',
  notFound: { title: 'Page not found', body: 'Choose a page from the menu of the app.' },
} as const
