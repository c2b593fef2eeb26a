-- The sweep finds old events by it.
CREATE INDEX CONCURRENTLY "loyalty_event_at_idx" ON "loyalty_event"("at");
