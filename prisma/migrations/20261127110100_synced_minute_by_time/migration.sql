-- The sweep finds old minutes by it.
CREATE INDEX CONCURRENTLY "synced_minute_minute_idx" ON "synced_minute"("minute");
