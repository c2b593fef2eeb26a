/** Every address that is no page of the app's. Where no route matches, React Router writes the address into the log. */
export function loader() {
  throw new Response(null, { status: 404 })
}

export default function NoPage() {
  return null
}
