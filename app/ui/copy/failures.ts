export const failureCopy = {
  title: 'This page could not be loaded',
  body: 'Something went wrong on our side. Try again; if it stays like this, come back in a few minutes.',
  retry: 'Try again',
  notFound: { title: 'There is no page here', body: 'Choose a page from the menu of the app.' },
} as const
