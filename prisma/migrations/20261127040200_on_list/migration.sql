-- AlterTable
ALTER TABLE "profile" ADD COLUMN     "on_list" BOOLEAN NOT NULL DEFAULT false;
