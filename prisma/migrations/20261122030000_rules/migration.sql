-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "rules" JSONB,
ADD COLUMN     "rules_changed_at" TIMESTAMPTZ(3);
