-- Tokens with which an agency's program reads a shop's status. Only their hashes are stored.
CREATE TABLE "status_token" (
    "shop" TEXT NOT NULL,
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "spent_until_ms" BIGINT NOT NULL,
    CONSTRAINT "status_token_pkey" PRIMARY KEY ("shop", "id")
);
CREATE UNIQUE INDEX "status_token_shop_hash_key" ON "status_token" ("shop", "hash");
