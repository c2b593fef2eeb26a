export const failureCopy = {
  title: 'This page could not be loaded',
  body: 'Something went wrong on our side. The sync itself goes on meanwhile, and nothing is lost.',
  retry: 'Try again',
  notFound: { title: 'There is no page here', body: 'Choose a page from the menu of the app.' },
} as const
