-- AlterTable
ALTER TABLE "tombstone" ADD COLUMN     "account_id" TEXT;
