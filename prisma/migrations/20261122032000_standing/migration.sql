-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "b2b" BOOLEAN,
ADD COLUMN     "segments_gone" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- Whether a shop sells to companies is one of its facts from here on.
UPDATE "shop" SET "facts_read_at" = NULL;

-- CreateTable
CREATE TABLE "standing_gathering" (
    "shop" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "asked" JSONB NOT NULL,
    "part" INTEGER NOT NULL DEFAULT 0,
    "cursor" TEXT,
    "operation" TEXT,
    "complete" BOOLEAN NOT NULL DEFAULT false,
    "touched_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "standing_gathering_pkey" PRIMARY KEY ("shop","holder")
);

-- CreateTable
CREATE TABLE "standing" (
    "shop" TEXT NOT NULL,
    "holder" UUID NOT NULL,
    "customer_id" BIGINT NOT NULL,
    "segment" BIGINT NOT NULL DEFAULT 0,
    "company" BIGINT NOT NULL DEFAULT 0,
    "role" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "standing_pkey" PRIMARY KEY ("shop","holder","customer_id","segment","company","role")
);

-- What was gathered goes with its gathering. A page that was being saved meanwhile has ended by then: both hold the gathering's row.
CREATE FUNCTION delete_standings() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM standing WHERE shop = OLD.shop AND holder = OLD.holder;
  RETURN NULL;
END $$;

CREATE TRIGGER standing_gathering_deleted AFTER DELETE ON standing_gathering
  FOR EACH ROW EXECUTE FUNCTION delete_standings();

-- A run that is over, however it ended, needs it no more.
CREATE FUNCTION end_gathering() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM standing_gathering WHERE shop = NEW.shop AND holder = NEW.id;
  RETURN NULL;
END $$;

CREATE TRIGGER sync_run_ended AFTER UPDATE OF state ON sync_run
  FOR EACH ROW WHEN (NEW.state IN ('finished', 'failed', 'cancelled')) EXECUTE FUNCTION end_gathering();
