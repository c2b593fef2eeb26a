-- AlterTable
ALTER TABLE "customer_merge" ADD COLUMN     "source_id" TEXT;
