import type { Call } from './call.ts'

/** A resource's own address ends in a slash; the address of a request is given back as it was asked. */
export function resourceLink(call: Call, path: string): { self: string } {
  return { self: `${call.base}${path}/` }
}

export function relationLinks(call: Call, path: string, name: string): { self: string; related: string } {
  return { self: `${call.base}${path}/relationships/${name}/`, related: `${call.base}${path}/${name}/` }
}

export function requestLink(call: Call): { self: string } {
  return { self: `${call.base}${call.target}` }
}
