-- The list of customers that wait, by since when.
CREATE INDEX CONCURRENTLY "dirty_customer_by_age" ON "dirty_customer" ("shop", "waiting_since", "customer_id") WHERE NOT "confirming";
