-- AlterTable
ALTER TABLE "shop" ADD COLUMN     "rules" JSONB;
