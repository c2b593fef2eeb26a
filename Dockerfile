# One image for web and worker: `docker build -t lockstep .`. It serves pages and webhooks; the worker's command is in deploy/.
# The Node of the packages (package.json), as a tag of the official image. Any image with that Node, npm and glibc will do.
ARG NODE_IMAGE=node:24.21.0-bookworm-slim

FROM ${NODE_IMAGE} AS build
WORKDIR /lockstep
COPY package.json package-lock.json ./
COPY prisma prisma
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build
RUN sh deploy/image/keep-what-runs.sh

FROM ${NODE_IMAGE}
# Beyond loopback, because a container's door is its own.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000
WORKDIR /lockstep
COPY --from=build /lockstep/package.json ./
COPY --from=build /lockstep/node_modules node_modules
COPY --from=build /lockstep/prisma/migrations prisma/migrations
COPY --from=build /lockstep/build build
COPY --from=build /lockstep/app app
# No account of the image owns a file, and nothing is ever written: the file system may be read-only.
USER 10001:10001
EXPOSE 3000
# SIGTERM ends a process within 20 seconds, also as PID 1 (app/process/until-stopped.ts); it starts no others.
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s --retries=3 \
  CMD ["node", "--eval", "fetch(`http://127.0.0.1:${process.env.PORT}/readyz`).then(({ ok }) => process.exit(ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "app/web.ts"]
