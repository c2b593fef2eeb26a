-- Sealed: the address a profile was last sent to, while Klaviyo's id of it is not known.
ALTER TABLE "profile" ADD COLUMN "sent_to" TEXT;
