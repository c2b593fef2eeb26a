-- Customers that an open run found as they were sent: nothing is written to their profile rows.
CREATE TABLE "unchanged_chunk" (
  "shop" TEXT NOT NULL,
  "run" UUID NOT NULL,
  "chunk" BIGINT NOT NULL,
  "customers" BIGINT[] NOT NULL,
  CONSTRAINT "unchanged_chunk_pkey" PRIMARY KEY ("shop", "run", "chunk")
);
