/** Every address that is not a page of the app. Where no route matches, React Router writes the address into the log. */
export function loader() {
  throw new Response(null, { status: 404 })
}

export default function NoPage() {
  return null
}
