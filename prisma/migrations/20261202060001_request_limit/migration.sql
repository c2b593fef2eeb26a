-- How often a shop has asked for what costs much (core/access/request-limits.ts).
CREATE TABLE "request_limit" (
    "shop" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "spent_until_ms" BIGINT NOT NULL,

    CONSTRAINT "request_limit_pkey" PRIMARY KEY ("shop", "kind")
);
