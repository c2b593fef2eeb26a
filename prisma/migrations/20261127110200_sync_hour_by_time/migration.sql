-- The sweep finds old hours by it.
CREATE INDEX CONCURRENTLY "sync_hour_hour_idx" ON "sync_hour"("hour");
