-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "delivery" JSONB,
ADD COLUMN     "list_not_before" TIMESTAMPTZ(3),
ADD COLUMN     "list_problem" TEXT,
ADD COLUMN     "list_problem_at" TIMESTAMPTZ(3);

-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "list_change" TEXT;

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "created" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "held" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "most_new" INTEGER;

-- AlterTable
ALTER TABLE "import_job" ADD COLUMN     "created" INTEGER NOT NULL DEFAULT 0;

-- What Prisma's schema cannot say: both find few rows among many.
CREATE INDEX "profile_list_change" ON "profile" ("shop", "customer_id") WHERE "list_change" IS NOT NULL;
CREATE INDEX "profile_at_limit" ON "profile" ("shop", "customer_id") WHERE "code" = 'limit';
