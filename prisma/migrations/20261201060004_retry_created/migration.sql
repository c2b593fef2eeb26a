-- A list that a merchant retries creates as many new profiles as a full sync may: how many it has created.
ALTER TABLE "shop" ADD COLUMN "retry_created" INTEGER NOT NULL DEFAULT 0;
