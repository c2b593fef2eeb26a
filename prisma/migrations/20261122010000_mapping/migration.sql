-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "comparison_asked_at" TIMESTAMPTZ(3),
ADD COLUMN     "mapping" JSONB,
ADD COLUMN     "mapping_changed_at" TIMESTAMPTZ(3),
ADD COLUMN     "mapping_forgotten" TEXT[] DEFAULT ARRAY[]::TEXT[];

-- AlterTable
ALTER TABLE "sync_run" ADD COLUMN     "metafields" JSONB;
