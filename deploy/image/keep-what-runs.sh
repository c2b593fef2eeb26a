#!/bin/sh
# Run in a built checkout: leaves in node_modules only what the web process and the worker load. The checkout can build no more.
set -eu

# Prisma's CLI, Node, the embedded Postgres and TypeScript are development packages. Packages that run name the CLI and
# TypeScript as their peers, so that npm would keep them; nothing loads them.
npm prune --omit=dev --legacy-peer-deps --ignore-scripts --no-audit --no-fund

# Read by people and tools only. Licences stay.
find node_modules -type f \
  \( -name '*.map' -o -name '*.d.ts' -o -name '*.d.mts' -o -name '*.d.cts' -o -name '*.md' \) ! -iname 'licen[cs]e*' -delete

# Prisma's query engines for all its databases. The generated client has its own, for Postgres: node_modules/.prisma/client.
find node_modules/@prisma/client/runtime -type f -name 'query_*' -delete
